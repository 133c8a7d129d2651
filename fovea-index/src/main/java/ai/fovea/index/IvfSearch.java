package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A search of an [IvfIndex] in one of its versions. Queries of a batch that look through the same list do so together: it
/// is read from memory once.
record IvfSearch(
    IvfIndex.State state,
    Kernels kernels,
    int dimension,
    Metric metric,
    IndexSettings.Ivf settings,
    Search search) {

  List<List<Hit>> batch(float[][] queries) {
    TopK[] best = new TopK[queries.length];
    Arrays.setAll(best, q -> new TopK(metric, search.k()));
    int shares = Math.clamp(search.threads(), 1, Math.max(1, queries.length));
    Parallel.ranges(
        shares,
        shares,
        (from, to) -> {
          for (int share = from; share < to; share++) {
            int first = (int) ((long) queries.length * share / shares);
            int last = (int) ((long) queries.length * (share + 1) / shares);
            probe(queries, first, last, best);
            goOn(queries, first, last, best);
          }
        });
    return Arrays.stream(best).map(TopK::drain).toList();
  }

  List<Hit> range(float[] query, TopK best) {
    probe(new float[][] {query}, 0, 1, new TopK[] {best});
    return best.drain();
  }

  /// The queries from `first` (inclusive) to `last` (exclusive) through their nearest lists.
  private void probe(float[][] queries, int first, int last, TopK[] best) {
    float[] scores = new float[IvfList.block(dimension)];
    Centroids centroids = state.centroids();
    if (centroids == null) {
      int[] all = IntStream.range(first, last).toArray();
      scan(0, queries, all, 0, all.length, best, scores);
      return;
    }
    int[][] probes = centroids.nearest(queries, first, last, probed());
    int each = probes.length == 0 ? 0 : probes[0].length;
    int[] listOf = new int[probes.length * each];
    for (int q = 0; q < probes.length; q++) {
      System.arraycopy(probes[q], 0, listOf, q * each, each);
    }
    if (probes.length == 1) {
      int[] one = {first};
      for (int list : listOf) {
        scan(list, queries, one, 0, 1, best, scores);
      }
      return;
    }
    Grouped groups = Grouped.by(listOf, centroids.count());
    int[] which = groups.members();
    for (int i = 0; i < which.length; i++) {
      which[i] = first + which[i] / each;
    }
    PackedLists packed = new PackedLists(this, queries, first, last, best);
    for (int list : groups.used()) {
      int from = groups.start(list);
      int to = groups.start(list + 1);
      if (to - from >= packed.fewest()) {
        packed.scan(list, which, from, to);
      } else {
        scan(list, queries, which, from, to, best, scores);
      }
    }
    packed.settle();
  }

  /// Each query that has found fewer than were asked for through further lists, until it has found as many.
  private void goOn(float[][] queries, int first, int last, TopK[] best) {
    Centroids centroids = state.centroids();
    if (centroids == null || probed() == centroids.count()) {
      return;
    }
    float[] scores = new float[IvfList.block(dimension)];
    for (int q = first; q < last; q++) {
      if (best[q].size() >= search.k() || best[q].size() == state.live()) {
        continue;
      }
      int[] one = {q};
      int[] order = centroids.ordered(queries[q]);
      // Those already seen are looked through again, by what is kept from them.
      best[q] = new TopK(metric, search.k());
      for (int i = 0; i < order.length && (i < probed() || best[q].size() < search.k()); i++) {
        scan(order[i], queries, one, 0, 1, best, scores);
      }
    }
  }

  private int probed() {
    int wanted = search.nprobe() > 0 ? search.nprobe() : settings.nprobe();
    return Math.min(wanted, state.lists().length);
  }

  private void scan(
      int list, float[][] queries, int[] which, int from, int to, TopK[] best, float[] scores) {
    state.lists()[list].scan(
        kernels, metric, queries, which, from, to, best, state.version(), search.wanted(), scores);
  }
}
