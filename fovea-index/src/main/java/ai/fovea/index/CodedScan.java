package ai.fovea.index;

import ai.fovea.index.internal.TopK;
import java.util.function.LongPredicate;

/// Compares queries with the codes of all rows of a version, and the best of them once more with their vectors.
///
/// @param exact for the second comparison
/// @param codes of all rows
record CodedScan(ExactScan exact, Codes codes) {
  private static final int BLOCK = 256;

  /// Offers the best rows to `best[q]` for the queries `from` (inclusive) to `to` (exclusive).
  void offer(float[][] queries, int from, int to, TopK[] best, LongPredicate wanted) {
    RowView view = exact.view();
    Codes.Query query = codes.query();
    int[] rows = new int[BLOCK];
    float[] merits = new float[BLOCK + 3];
    for (int q = from; q < to; q++) {
      query.set(queries[q]);
      TopK rough = new TopK(Metric.INNER_PRODUCT, codes.rescored(best[q].k()));
      for (int first = 0; first < view.rows; first += BLOCK) {
        int count = Math.min(BLOCK, view.rows - first);
        for (int i = 0; i < count; i++) {
          rows[i] = first + i;
        }
        query.merits(rows, count, merits);
        float floor = rough.floor();
        for (int i = 0; i < count; i++) {
          if (merits[i] >= floor) {
            int row = first + i;
            long id = view.ids[row];
            if (rough.wants(merits[i], id) && view.alive(row) && wanted.test(id)) {
              rough.offer(merits[i], id, row);
              floor = rough.floor();
            }
          }
        }
      }
      exact.offerRows(queries[q], rough.tags(), best[q]);
    }
  }
}
