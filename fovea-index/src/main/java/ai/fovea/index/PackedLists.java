package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.TopK;
import java.util.Arrays;

/// Compares lists with packs of queries, as matrices are multiplied. Sums then come in another order than for a single
/// query. So a few more rows than wanted are kept, and compared once more in the order of a single query: scores and
/// results are the same as those of one.
final class PackedLists {
  private static final int SPARE = 6;

  private final IvfSearch search;
  private final float[][] queries;
  private final int first;
  private final TopK[] best;
  private final TopK[] rough;
  // The rows before each list, and all of them.
  private final int[] bases;
  private final float[][] some;
  private final TopK[] roughOfPack;
  private final float[] packed;
  private final float[] bounds;
  private final float[] scores;

  /// For the queries from `first` (inclusive) to `last` (exclusive).
  PackedLists(IvfSearch search, float[][] queries, int first, int last, TopK[] best) {
    this.search = search;
    this.queries = queries;
    this.first = first;
    this.best = best;
    this.rough = new TopK[last - first];
    int kept = (int) Math.min(Integer.MAX_VALUE, search.search().k() + (long) SPARE);
    Arrays.setAll(rough, q -> new TopK(search.metric(), kept));
    IvfList[] lists = search.state().lists();
    this.bases = new int[lists.length + 1];
    for (int list = 0; list < lists.length; list++) {
      bases[list + 1] = Math.addExact(bases[list], lists[list].rows());
    }
    int width = search.kernels().width();
    this.some = new float[width][];
    this.roughOfPack = new TopK[width];
    this.packed = new float[search.dimension() * width];
    this.bounds = new float[width];
    this.scores = new float[IvfList.block(search.dimension()) * width];
  }

  /// From how many queries on a pack is worth its making.
  int fewest() {
    return 1 + search.kernels().width() / 8;
  }

  /// Compares a list with the queries whose numbers `which` gives from `from` (inclusive) to `to` (exclusive).
  void scan(int list, int[] which, int from, int to) {
    Kernels kernels = search.kernels();
    int width = kernels.width();
    for (int start = from; start < to; start += width) {
      int count = Math.min(width, to - start);
      for (int j = 0; j < count; j++) {
        some[j] = queries[which[start + j]];
        roughOfPack[j] = rough[which[start + j] - first];
        bounds[j] = search.metric().merit(roughOfPack[j].floor());
      }
      Arrays.fill(bounds, count, width, search.metric().merit(Float.POSITIVE_INFINITY));
      kernels.pack(some, 0, count, packed);
      search
          .state()
          .lists()[list]
          .scanPacked(
              kernels,
              search.metric(),
              packed,
              roughOfPack,
              bounds,
              bases[list],
              search.state().version(),
              search.search().wanted(),
              scores);
    }
  }

  /// Offers what was kept to the queries' results, with exact scores.
  void settle() {
    float[] score = new float[1];
    for (int q = 0; q < rough.length; q++) {
      for (int number : rough[q].tags()) {
        int found = Arrays.binarySearch(bases, number);
        int list = found >= 0 ? found : -found - 2;
        while (bases[list + 1] == number) {
          // Empty lists begin where the next one does.
          list++;
        }
        IvfList in = search.state().lists()[list];
        int row = number - bases[list];
        float exact = in.score(search.kernels(), search.metric(), queries[first + q], row, score);
        best[first + q].offer(exact, in.id(row));
      }
    }
  }
}
