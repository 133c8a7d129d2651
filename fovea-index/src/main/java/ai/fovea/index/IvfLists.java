package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.Kernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/// What a trained [IvfIndex] is searched by.
///
/// In the layout of [IndexFile], rows lie list by list; the kind's own numbers are the number of
/// centroids `L` and the number of vectors on which they were trained, both 0 before training; its
/// sections are the centroids (`4LD` bytes), the number of rows in each list (`4L` bytes), and
/// where there is a first pass over codes, these ([StoredCodes]).
///
/// @param centroids the middle of each list
/// @param nearest which of them are nearest to a query
/// @param lists the rows of each
/// @param codes what is compared first
/// @param trainedOn how many vectors there were when the centroids were trained
@SuppressWarnings("ArrayRecordComponent") // never compared
record IvfLists(
    Centroids centroids, NearestLists nearest, IvfList[] lists, Codes codes, int trainedOn)
    implements RowView.SearchStructure {

  /// Lists of a version whose rows lie list by list, `sizes[l]` in each.
  static IvfLists of(Centroids centroids, int[] sizes, Codes codes, int trainedOn) {
    IvfList[] lists = new IvfList[sizes.length];
    int first = 0;
    for (int list = 0; list < lists.length; list++) {
      lists[list] = new IvfList(first, first + sizes[list]);
      first += sizes[list];
    }
    return new IvfLists(centroids, NearestLists.of(centroids, codes), lists, codes, trainedOn);
  }

  /// Returns the rows of a version that hold a vector, list by list.
  int[][] alive(RowView view) {
    int[][] alive = new int[lists.length][];
    Arrays.setAll(alive, list -> alive(view, lists[list]));
    return alive;
  }

  private static int[] alive(RowView view, IvfList list) {
    int[] runs = list.runs();
    IntStream rows = IntStream.empty();
    for (int run = 0; run < runs.length; run += 2) {
      rows = IntStream.concat(rows, IntStream.range(runs[run], Math.min(runs[run + 1], view.rows)));
    }
    return rows.filter(view::alive).toArray();
  }

  /// Returns what a file holds; the version of its rows as it is where the file was written before
  /// training.
  static RowView open(
      IndexFile.Contents file, IndexSettings.Ivf settings, Kernels kernels, RowView view) {
    int count = file.number(0);
    int trainedOn = file.number(1);
    long row = (long) file.dimension() * Float.BYTES;
    long sizesAt = file.next() + IndexFile.aligned(count * row);
    long codesAt = sizesAt + IndexFile.aligned((long) count * Integer.BYTES);
    long size = file.bytes().byteSize();
    boolean coded = settings.quantization() != Quantization.NONE;
    IndexFile.check(
        count >= 0
            && count <= IndexSettings.Ivf.MOST_LISTS
            && trainedOn >= 0
            && ((count > 0 && coded) ? codesAt <= size : codesAt == size),
        IndexFile.OWN_NUMBERS,
        count + " lists do not fit in");
    if (count == 0) {
      return view;
    }
    int[] sizes = new int[count];
    int left = file.rows();
    for (int list = 0; list < count; list++) {
      long at = sizesAt + (long) list * Integer.BYTES;
      sizes[list] = file.bytes().get(IndexFile.INT, at);
      IndexFile.check(
          sizes[list] >= 0 && sizes[list] <= left, at, "a list of " + sizes[list] + " rows");
      left -= sizes[list];
    }
    IndexFile.check(left == 0, sizesAt, "lists that leave out " + left + " rows");
    MemorySegment middles = file.bytes().asSlice(file.next(), count * row);
    Codes codes = Codes.of(settings.quantization(), file.metric(), kernels, view, file, codesAt);
    return view.next(
        of(
            new Centroids(kernels, file.dimension(), file.metric(), middles, count),
            sizes,
            codes,
            trainedOn));
  }

  /// Returns how many bytes the sections take in a file.
  long sectionBytes(int dimension, int rows) {
    return IndexFile.aligned((long) lists.length * dimension * Float.BYTES)
        + IndexFile.aligned((long) lists.length * Integer.BYTES)
        + codes.bytes(rows);
  }

  /// Writes the sections; `alive` are the rows of each list.
  void writeSections(int[][] alive, IndexOutput out) throws IOException {
    for (int c = 0; c < lists.length; c++) {
      out.floats(centroids.row(c));
    }
    out.align();
    for (int[] rows : alive) {
      out.number(rows.length);
    }
    out.align();
    codes.write(Arrays.stream(alive).flatMapToInt(Arrays::stream).toArray(), out);
  }
}
