package ai.fovea.index;

import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.util.Arrays;

/// A search of an [IvfIndex] in one of its versions. Queries of a batch that look through the same
/// list do so one after the other: it is read from memory once.
///
/// @param exact the version
/// @param lists its lists
/// @param coded whether codes are compared first
/// @param search what is asked
/// @param nprobe how many lists are looked through
record IvfSearch(ExactScan exact, IvfLists lists, boolean coded, Search search, int nprobe) {
  private static final int PATIENCE = 8;

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
    QueryScan scan = new QueryScan.Exact(exact, query, best, search.filter());
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
                : new QueryScan.Exact(exact, queries[first + i], best[first + i], search.filter()));
    int[][] probes = lists.nearest().of(queries, first, last, nprobe);
    if (scans.length == 1) {
      for (int list : probes[0]) {
        offer(list, scans[0]);
      }
    } else {
      together(scans, probes);
    }
    for (int i = 0; i < scans.length; i++) {
      if (goOn(queries[first + i], probes[i], scans[i])) {
        scans[i].settle(best[first + i]);
      } else {
        best[first + i] = new TopK(exact.metric(), search.k());
        exact.offer(queries, first + i, first + i + 1, best, search.filter());
      }
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
  ///
  /// Under a filter the nearest of those wanted may lie anywhere: in the nearest lists are hardly
  /// any where few are wanted, and none where those near the query are not. So the search goes on
  /// until it has looked through [#PATIENCE] times as many lists as it took to find the last that
  /// counted, unless the number of lists was asked for.
  ///
  /// @return false where that would be most of the lists: then all vectors are better compared,
  ///     which misses none
  private boolean goOn(float[] query, int[] seen, QueryScan scan) {
    int all = lists.lists().length;
    int filter = Math.min(search.k(), exact.view().live);
    boolean patient = !search.unconditional() && search.nprobe() == 0;
    if (nprobe == all || (!patient && scan.found() >= filter)) {
      return true;
    }
    boolean[] done = new boolean[all];
    for (int list : seen) {
      done[list] = true;
    }
    int looked = seen.length;
    int last = looked;
    for (int list : lists.centroids().ordered(query)) {
      long enough = patient ? (long) PATIENCE * last : looked;
      if (scan.found() >= filter && looked >= enough) {
        return true;
      }
      if (patient && 2 * enough > all) {
        return false;
      }
      if (!done[list]) {
        long before = scan.gains();
        offer(list, scan);
        looked++;
        last = scan.gains() > before ? looked : last;
      }
    }
    return true;
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
