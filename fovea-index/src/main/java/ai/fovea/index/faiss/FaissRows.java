package ai.fovea.index.faiss;

import ai.fovea.index.faiss.FaissIndex.Flat;
import ai.fovea.index.faiss.FaissIndex.Hnsw;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.index.faiss.FaissIndex.IvfFlat;
import ai.fovea.index.faiss.InvertedLists.Entries;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;

/// The rows of a Faiss index over floats, each with its id: in the order of the file, an IVF index
/// list by list.
///
/// Immutable, for any number of threads.
public final class FaissRows {
  private final int dimension;
  private final int count;
  private final List<MemorySegment> blocks;
  private final int[] starts;
  private final LongUnaryOperator idOf;

  private FaissRows(
      int dimension, int count, List<MemorySegment> blocks, int[] starts, LongUnaryOperator idOf) {
    this.dimension = dimension;
    this.count = count;
    this.blocks = blocks;
    this.starts = starts;
    this.idOf = idOf;
  }

  static FaissRows of(FaissIndex.OfFloats index) {
    return switch (index) {
      case Flat flat -> flat(flat, row -> row);
      case Hnsw hnsw -> flat(hnsw.storage(), row -> row);
      case IvfFlat ivf -> ivf(ivf, number -> number);
      case IdMap map ->
          switch (map.inner()) {
            case Flat flat -> flat(flat, row -> map.id((int) row));
            case Hnsw hnsw -> flat(hnsw.storage(), row -> map.id((int) row));
            case IvfFlat ivf -> ivf(ivf, number -> map.id((int) number));
            case IdMap nested -> throw new IllegalStateException("nested: " + nested);
          };
    };
  }

  private static FaissRows flat(Flat flat, LongUnaryOperator idOf) {
    return new FaissRows(
        flat.dimension(), flat.count(), List.of(flat.vectors()), new int[] {0}, idOf);
  }

  private static FaissRows ivf(IvfFlat ivf, LongUnaryOperator idOf) {
    List<Entries> lists = ivf.lists().lists().stream().filter(list -> list.size() > 0).toList();
    int[] starts = new int[lists.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + lists.get(i - 1).size();
    }
    LongUnaryOperator numberOf =
        row -> {
          int list = listOf(starts, (int) row);
          return lists.get(list).id((int) row - starts[list]);
        };
    return new FaissRows(
        ivf.dimension(),
        ivf.count(),
        lists.stream().map(Entries::codes).toList(),
        starts,
        row -> idOf.applyAsLong(numberOf.applyAsLong(row)));
  }

  /// Returns the number of rows.
  public int count() {
    return count;
  }

  /// Returns the id of a row.
  public long id(int row) {
    Objects.checkIndex(row, count);
    return idOf.applyAsLong(row);
  }

  /// Returns a copy of a row's vector, `[D]`.
  public float[] vector(int row) {
    Objects.checkIndex(row, count);
    int block = listOf(starts, row);
    return LittleEndian.row(blocks.get(block), dimension, row - starts[block]);
  }

  private static int listOf(int[] starts, int row) {
    int at = Arrays.binarySearch(starts, row);
    return at >= 0 ? at : -at - 2;
  }
}
