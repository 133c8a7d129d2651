package ai.fovea.index;

import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.util.Arrays;

/// A search of an [IvfIndex] in one of its versions. Queries of a batch that look through the same list do so one after the
/// other: it is read from memory once.
///
/// @param exact the version
/// @param lists its lists
/// @param coded whether codes are compared first
/// @param search what is asked
/// @param nprobe how many lists are looked through
record IvfSearch(ExactScan exact, IvfLists lists, boolean coded, Search search, int nprobe) {

  /// Offers the nearest to `best[q]` for each query.
  void batch(float[][] queries, TopK[] best) {
    int shares = Math.clamp(search.threads(), 1, Math.max(1, queries.length));
    Parallel.ranges(
        shares,
        shares,
        (from, to) -> {
          for (int share = from; share < to; share++) {
            int first = (int) ((long) queries.length * share / shares);
            int last = (int) ((long) queries.length * (share + 1) / shares);
            share(queries, first, last, best);
          }
        });
  }

  /// Goes through lists, the nearest first, until `nprobe` in a row hold nothing that `best` wants.
  void range(float[] query, TopK best) {
    QueryScan scan = new QueryScan.Exact(exact, query, best, search.wanted());
    int missed = 0;
    for (int list : lists.centroids().ordered(query)) {
      int before = scan.found();
      offer(list, scan);
      missed = scan.found() > before ? 0 : missed + 1;
      if (missed == nprobe) {
        return;
      }
    }
  }

  /// The queries from `first` (inclusive) to `last` (exclusive).
  private void share(float[][] queries, int first, int last, TopK[] best) {
    QueryScan[] scans = new QueryScan[last - first];
    Arrays.setAll(
        scans,
        i ->
            coded
                ? new CodedScan(exact, lists.codes(), queries[first + i], search)
                : new QueryScan.Exact(exact, queries[first + i], best[first + i], search.wanted()));
    int[][] probes = lists.nearest().of(queries, first, last, nprobe);
    if (scans.length == 1) {
      for (int list : probes[0]) {
        offer(list, scans[0]);
      }
    } else {
      together(scans, probes);
    }
    for (int i = 0; i < scans.length; i++) {
      goOn(queries[first + i], probes[i], scans[i]);
      scans[i].settle(best[first + i]);
    }
  }

  private void together(QueryScan[] scans, int[][] probes) {
    int[] listOf = Arrays.stream(probes).flatMapToInt(Arrays::stream).toArray();
    Grouped groups = Grouped.by(listOf, lists.lists().length);
    for (int list : groups.used()) {
      int end = groups.start(list + 1);
      for (int i = groups.start(list); i < end; i++) {
        QueryScan one = scans[groups.members()[i] / nprobe];
        if (i + 1 < end
            && one instanceof CodedScan first
            && scans[groups.members()[i + 1] / nprobe] instanceof CodedScan second) {
          offer(list, first, second);
          i++;
        } else {
          offer(list, one);
        }
      }
    }
  }

  /// Through further lists, until as many were found as were asked for.
  private void goOn(float[] query, int[] seen, QueryScan scan) {
    int wanted = Math.min(search.k(), exact.view().live);
    if (scan.found() >= wanted || nprobe == lists.lists().length) {
      return;
    }
    boolean[] done = new boolean[lists.lists().length];
    for (int list : seen) {
      done[list] = true;
    }
    for (int list : lists.centroids().ordered(query)) {
      if (!done[list]) {
        offer(list, scan);
        if (scan.found() >= wanted) {
          return;
        }
      }
    }
  }

  private void offer(int list, CodedScan one, CodedScan other) {
    int[] runs = lists.lists()[list].runs();
    for (int run = 0; run < runs.length; run += 2) {
      one.offer(other, runs[run], runs[run + 1]);
    }
  }

  private void offer(int list, QueryScan scan) {
    int[] runs = lists.lists()[list].runs();
    for (int run = 0; run < runs.length; run += 2) {
      scan.offer(runs[run], runs[run + 1]);
    }
  }
}
