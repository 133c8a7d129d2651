package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.function.LongPredicate;

/// Compares queries with all rows of a version.
///
/// @param view the rows
/// @param metric how they are compared
/// @param kernels what compares them
/// @param dimension the values in each
record ExactScan(RowView view, Metric metric, Kernels kernels, int dimension) {
  private static final int BLOCK_FLOATS = 1 << 14;

  /// Offers all rows to `best[q]` for the queries `from` (inclusive) to `to` (exclusive). Scores do not depend on how many
  /// queries there are.
  void offer(float[][] queries, int from, int to, TopK[] best, LongPredicate wanted) {
    if (2 * (to - from) >= kernels.width()) {
      new PackedScan(this, queries, from, to).offer(best, wanted);
    } else {
      offerEach(queries, from, to, best, wanted);
    }
  }

  /// In blocks of rows that stay in the first cache levels while the queries pass over them.
  private void offerEach(float[][] queries, int from, int to, TopK[] best, LongPredicate wanted) {
    int block = Math.max(8, BLOCK_FLOATS / dimension);
    float[] scores = new float[block];
    for (int chunk = 0; chunk < view.segments.length; chunk++) {
      int start = view.chunks.start(chunk);
      int end = Math.min(view.rows - start, view.chunks.rows(chunk));
      for (int first = 0; first < end; first += block) {
        int count = Math.min(block, end - first);
        for (int q = from; q < to; q++) {
          score(queries[q], view.segments[chunk], first, count, scores);
          keep(best[q], start + first, count, scores, wanted);
        }
      }
    }
  }

  /// Offers just some rows, which are wanted.
  void offerRows(float[] query, int[] rows, TopK best) {
    long[] refs = new long[rows.length + 3];
    float[] scores = new float[rows.length + 3];
    for (int i = 0; i < rows.length; i++) {
      refs[i] = view.chunks.ref(rows[i]);
    }
    try {
      switch (metric) {
        case INNER_PRODUCT ->
            kernels.dotRows(query, view.chunks.referred(), refs, rows.length, scores);
        case L2 ->
            kernels.squaredDistanceRows(query, view.chunks.referred(), refs, rows.length, scores);
      }
    } finally {
      Reference.reachabilityFence(view);
    }
    for (int i = 0; i < rows.length; i++) {
      best.offer(scores[i], view.ids[rows[i]]);
    }
  }

  private void score(float[] query, MemorySegment rows, int first, int count, float[] scores) {
    switch (metric) {
      case INNER_PRODUCT -> kernels.dot(query, rows, first, count, scores);
      case L2 -> kernels.squaredDistance(query, rows, first, count, scores);
    }
  }

  private void keep(TopK best, int firstRow, int count, float[] scores, LongPredicate wanted) {
    boolean greater = metric.greaterIsBetter();
    float floor = best.floor();
    for (int i = 0; i < count; i++) {
      float merit = greater ? scores[i] : -scores[i];
      if (merit < floor) {
        continue;
      }
      int row = firstRow + i;
      long id = view.ids[row];
      // The predicate is the caller's and may be slow: it is asked last, about what would otherwise
      // be kept.
      if (best.wants(merit, id) && view.alive(row) && wanted.test(id)) {
        best.offer(scores[i], id);
        floor = best.floor();
      }
    }
  }
}
