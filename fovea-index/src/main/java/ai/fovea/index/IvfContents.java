package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.NativeMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What an [IvfIndex] consists of; floats are in the machine's byte order.
///
/// In the layout of [IndexFile], rows lie list by list; the kind's own numbers are the number of centroids `L` and the
/// number of vectors on which they were trained, both 0 before training; its sections are the centroids (`4LD` bytes) and the
/// number of rows in each list (`4L` bytes).
///
/// @param middles `[L,D]`, the centroids; empty before training
/// @param trainedOn how many vectors there were when they were trained
/// @param ids of the vectors in each list; one list before training
/// @param vectors `[N,D]` for each list
public record IvfContents(
    MemorySegment middles, int trainedOn, List<long[]> ids, List<MemorySegment> vectors) {

  /// The number of centroids.
  int centroids() {
    return middles.byteSize() == 0 ? 0 : ids.size();
  }

  /// Checks sizes and every value.
  void check(int dimension) {
    long row = (long) dimension * Float.BYTES;
    boolean trained = middles.byteSize() > 0;
    if (vectors.size() != ids.size()
        || ids.isEmpty()
        || trainedOn < 0
        || (trained ? middles.byteSize() != ids.size() * row : ids.size() != 1)) {
      throw new IllegalArgumentException(
          "centroids in "
              + middles.byteSize()
              + " bytes, "
              + ids.size()
              + " lists of ids, "
              + vectors.size()
              + " lists of vectors: expected as many of each");
    }
    checkRows("centroids", middles, trained ? ids.size() : 0, dimension);
    for (int list = 0; list < ids.size(); list++) {
      checkRows("list " + list, vectors.get(list), ids.get(list).length, dimension);
    }
  }

  private static void checkRows(String what, MemorySegment rows, int count, int dimension) {
    if (rows.byteSize() != (long) count * dimension * Float.BYTES) {
      throw new IllegalArgumentException(
          what
              + ": "
              + rows.byteSize()
              + " bytes for "
              + count
              + " vectors of "
              + dimension
              + " values");
    }
    float[] vector = new float[dimension];
    for (int row = 0; row < count; row++) {
      long at = (long) row * dimension * Float.BYTES;
      MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT_UNALIGNED, at, vector, 0, dimension);
      int number = row;
      VectorCheck.problem(vector, dimension)
          .ifPresent(problem -> {
            throw new IllegalArgumentException(what + ", vector " + number + " " + problem);
          });
    }
  }

  /// A copy of what is alive in a version.
  static IvfContents of(IvfIndex.State state, int dimension) {
    List<long[]> ids = new ArrayList<>();
    List<MemorySegment> vectors = new ArrayList<>();
    for (IvfList list : state.lists()) {
      int[] alive = alive(list, state.version());
      long bytes = (long) alive.length * dimension * Float.BYTES;
      MemorySegment rows =
          NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
      for (int i = 0; i < alive.length; i++) {
        MemorySegment.copy(
            list.vector(alive[i]),
            0,
            rows,
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (long) i * dimension * Float.BYTES,
            dimension);
      }
      ids.add(Arrays.stream(alive).mapToLong(list::id).toArray());
      vectors.add(rows);
    }
    Centroids centroids = state.centroids();
    return new IvfContents(
        centroids == null ? MemorySegment.NULL : centroids.rows(), state.trainedOn(), ids, vectors);
  }

  /// What a file holds; vectors and centroids are views of it.
  static IvfContents of(IndexFile.Contents file) {
    int count = file.number(0);
    int trainedOn = file.number(1);
    long row = (long) file.dimension() * Float.BYTES;
    long left = file.bytes().byteSize() - file.next();
    IndexFile.check(
        count >= 0
            && count <= IndexSettings.Ivf.MOST_LISTS
            && trainedOn >= 0
            && IndexFile.aligned(count * row) + IndexFile.aligned((long) count * Integer.BYTES)
                == left,
        IndexFile.OWN_NUMBERS,
        count + " lists do not fit in");
    if (count == 0) {
      return new IvfContents(MemorySegment.NULL, 0, List.of(file.ids()), List.of(file.vectors()));
    }
    long sizesAt = file.next() + IndexFile.aligned(count * row);
    List<long[]> ids = new ArrayList<>();
    List<MemorySegment> vectors = new ArrayList<>();
    int first = 0;
    for (int list = 0; list < count; list++) {
      long at = sizesAt + (long) list * Integer.BYTES;
      int size = file.bytes().get(IndexFile.INT, at);
      IndexFile.check(size >= 0 && size <= file.rows() - first, at, "a list of " + size + " rows");
      ids.add(Arrays.copyOfRange(file.ids(), first, first + size));
      vectors.add(file.vectors().asSlice(first * row, size * row));
      first += size;
    }
    IndexFile.check(first == file.rows(), sizesAt, "lists of " + first + " rows");
    return new IvfContents(file.bytes().asSlice(file.next(), count * row), trainedOn, ids, vectors);
  }

  /// Writes what is alive in a version.
  static void write(
      IvfIndex.State state,
      IndexSettings.Ivf settings,
      int dimension,
      Metric metric,
      IndexOutput out)
      throws IOException {
    Centroids centroids = state.centroids();
    int count = centroids == null ? 0 : centroids.count();
    long sections =
        IndexFile.aligned((long) count * dimension * Float.BYTES)
            + IndexFile.aligned((long) count * Integer.BYTES);
    out.header(
        settings, dimension, metric, state.live(), new int[] {count, state.trainedOn()}, sections);
    for (IvfList list : state.lists()) {
      for (int row : alive(list, state.version())) {
        out.floats(list.vector(row));
      }
    }
    out.align();
    for (IvfList list : state.lists()) {
      for (int row : alive(list, state.version())) {
        out.number(list.id(row));
      }
    }
    out.align();
    for (int c = 0; c < count && centroids != null; c++) {
      out.floats(centroids.row(c));
    }
    out.align();
    for (int c = 0; c < count; c++) {
      out.number(state.lists()[c].rows() - state.lists()[c].dead());
    }
    out.align();
  }

  private static int[] alive(IvfList list, long version) {
    int[] out = new int[list.rows() - list.dead()];
    int next = 0;
    for (int row = 0; row < list.rows(); row++) {
      if (list.alive(row, version)) {
        out[next++] = row;
      }
    }
    return out;
  }
}
