package ai.fovea.index.faiss;

import ai.fovea.index.faiss.InvertedLists.Entries;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Reads what IVF indexes over floats and over bits have in common.
final class ListsReader {
  private final FaissInput in;

  ListsReader(FaissInput in) {
    this.in = in;
  }

  DirectMap directMap() {
    long start = in.at();
    int code = in.u8("the kind of the direct map");
    DirectMap.Kind kind =
        Arrays.stream(DirectMap.Kind.values())
            .filter(k -> k.code() == code)
            .findFirst()
            .orElseThrow(
                () -> in.damaged(start, "a direct map of kind " + code + ", expected 0, 1 or 2"));
    MemorySegment array = in.vec("places", Long.BYTES);
    MemorySegment table =
        kind == DirectMap.Kind.TABLE
            ? in.vec("places by id", 2 * Long.BYTES)
            : DirectMap.NONE.table();
    return new DirectMap(kind, array, table);
  }

  /// As many lists as there are centroids.
  InvertedLists lists(int centroids, long codeSize) {
    long start = in.at();
    String code = in.code("the kind of the lists");
    if (code.equals("il00")) {
      return new InvertedLists((int) codeSize, List.of());
    }
    if (!code.equals("ilar")) {
      throw in.at(
          start,
          "inverted lists of kind " + code + ", only lists in memory are read (ilar)",
          "Build the index without other storage for its lists");
    }
    long count = in.i64("the number of lists");
    long size = in.i64("the bytes of a row");
    if (count != centroids) {
      throw in.damaged(
          start, Long.toUnsignedString(count) + " lists for " + centroids + " centroids");
    }
    if (size != codeSize) {
      throw in.damaged(
          start, "rows of " + Long.toUnsignedString(size) + " bytes, vectors take " + codeSize);
    }
    long[] sizes = sizes(centroids);
    Entries[] lists = new Entries[centroids];
    for (int i = 0; i < centroids; i++) {
      lists[i] = entries(i, sizes[i], size);
    }
    return in.make(start, () -> new InvertedLists((int) codeSize, List.of(lists)));
  }

  private Entries entries(int list, long rows, long size) {
    if (rows == 0) {
      return Entries.NONE;
    }
    if (rows < 0 || rows > in.left() / (size + Long.BYTES)) {
      throw in.cutOff(
          in.at(),
          "list "
              + list
              + " announces "
              + Long.toUnsignedString(rows)
              + " rows, "
              + in.left()
              + " bytes are left");
    }
    MemorySegment codes = in.take("the rows of a list", rows * size);
    return new Entries(codes, in.take("the ids of a list", rows * Long.BYTES));
  }

  private long[] sizes(int centroids) {
    long start = in.at();
    String code = in.code("the form of the sizes");
    long[] sizes = new long[centroids];
    if (code.equals("full")) {
      MemorySegment all = in.vec("sizes of lists", Long.BYTES);
      if (all.byteSize() / Long.BYTES != centroids) {
        throw in.damaged(
            start, all.byteSize() / Long.BYTES + " sizes of lists for " + centroids + " lists");
      }
      Arrays.setAll(sizes, i -> LittleEndian.longAt(all, i));
      return sizes;
    }
    if (!code.equals("sprs")) {
      throw in.damaged(start, "sizes of lists in the form " + code + ", expected full or sprs");
    }
    MemorySegment pairs = in.vec("sizes of lists", Long.BYTES);
    if (pairs.byteSize() % (2 * Long.BYTES) != 0) {
      throw in.damaged(start, "an odd number of lists and sizes");
    }
    long before = -1;
    for (long i = 0; i < pairs.byteSize() / Long.BYTES; i += 2) {
      long list = LittleEndian.longAt(pairs, i);
      // Ascending, as Faiss writes them: so none can come twice.
      if (list <= before || list >= centroids) {
        throw in.damaged(
            start,
            "the size of list "
                + Long.toUnsignedString(list)
                + " of "
                + centroids
                + " comes after that of list "
                + before);
      }
      sizes[(int) list] = LittleEndian.longAt(pairs, i + 1);
      before = list;
    }
    return sizes;
  }
}
