package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.LongPredicate;

/// Compares queries with all rows of a version.
///
/// @param view the rows
/// @param metric how they are compared
/// @param kernels what compares them
/// @param dimension the values in each
record ExactScan(RowView view, Metric metric, Kernels kernels, int dimension) {
  private static final int BLOCK_FLOATS = 1 << 14;
  private static final int STREAMS = 4;
  private static final int UNINTERRUPTED = 8;
  // From here on rows are likely to come from memory, not from a cache; a run of them has to be
  // long enough to be worth it.
  private static final long STREAMED_BYTES = 16 << 20;
  private static final int LONG_RUN = 1024;

  /// Offers all rows to `best[q]` for each query.
  void batch(float[][] queries, Search search, TopK[] best) {
    Parallel.ranges(
        queries.length,
        kernels.width(),
        search.threads(),
        (from, to) -> offer(queries, from, to, best, search.filter()));
  }

  /// Offers all rows to `best[q]` for the queries `from` (inclusive) to `to` (exclusive). Scores do
  /// not depend on how many queries there are.
  void offer(float[][] queries, int from, int to, TopK[] best, LongPredicate filter) {
    if (2 * (to - from) >= kernels.width()) {
      new PackedScan(this, queries, from, to).offer(best, filter);
    } else {
      offerEach(queries, from, to, best, filter);
    }
  }

  /// In blocks of rows that stay in the first cache levels while the queries pass over them.
  private void offerEach(float[][] queries, int from, int to, TopK[] best, LongPredicate filter) {
    int block = block();
    // A single query needs nothing to stay in a cache, and streams are best not interrupted.
    int run = to - from == 1 ? UNINTERRUPTED * block : block;
    float[] scores = new float[STREAMS * run + kernels.width()];
    boolean streamed = (long) view.rows * dimension * Float.BYTES >= STREAMED_BYTES;
    for (int chunk = 0; chunk < view.segments.length; chunk++) {
      int start = view.chunks.start(chunk);
      int end = Math.min(view.rows - start, view.chunks.rows(chunk));
      // An odd number of rows, as streams a power of two apart get into each other's way in caches
      // and memory.
      int apart = streamed && end >= LONG_RUN ? (end / STREAMS - 1) | 1 : 0;
      for (int first = 0; first < apart; first += run) {
        int count = Math.min(run, apart - first);
        for (int q = from; q < to; q++) {
          scoreStreams(queries[q], view.segments[chunk], first, apart, count, scores);
          for (int s = 0; s < STREAMS; s++) {
            keep(best[q], start + s * apart + first, count, scores, s * count, filter);
          }
        }
      }
      for (int first = STREAMS * apart; first < end; first += block) {
        int count = Math.min(block, end - first);
        for (int q = from; q < to; q++) {
          score(queries[q], view.segments[chunk], first, count, scores);
          keep(best[q], start + first, count, scores, 0, filter);
        }
      }
    }
  }

  /// Room for the scores of a run.
  float[] room() {
    return new float[block() + kernels.width()];
  }

  /// Returns how many rows are compared at once.
  private int block() {
    return Math.max(8, BLOCK_FLOATS / dimension & -STREAMS);
  }

  /// Offers the rows from `first` (inclusive) to `last` (exclusive) of the version.
  ///
  /// @param scores room as [#room()] makes it
  void offerRun(
      float[] query, int first, int last, TopK best, LongPredicate filter, float[] scores) {
    int end = Math.min(last, view.rows);
    for (int row = first; row < end; ) {
      int chunk = view.chunks.chunk(row);
      int start = view.chunks.start(chunk);
      int count = Math.min(Math.min(end, start + view.chunks.rows(chunk)) - row, block());
      score(query, view.segments[chunk], row - start, count, scores);
      keep(best, row, count, scores, 0, filter);
      row += count;
    }
  }

  /// Offers just some rows, which are wanted.
  void offerRows(float[] query, int[] rows, TopK best) {
    long[] refs = new long[rows.length + 3];
    float[] scores = new float[rows.length + 3];
    view.chunks.refs(rows, rows.length, refs);
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

  private void scoreStreams(
      float[] query, MemorySegment rows, int first, int apart, int count, float[] scores) {
    switch (metric) {
      case INNER_PRODUCT -> kernels.dotStreams(query, rows, first, apart, count, scores);
      case L2 -> kernels.squaredDistanceStreams(query, rows, first, apart, count, scores);
    }
  }

  /// Offers `count` rows from `firstRow` on, whose scores begin at `at`; behind them there is room
  /// for a vector.
  private void keep(
      TopK best, int firstRow, int count, float[] scores, int at, LongPredicate filter) {
    boolean greater = metric.greaterIsBetter();
    int width = kernels.width();
    float[] bounds = new float[width];
    Arrays.fill(bounds, metric.orderedScore(best.floor()));
    for (int i = 0; i < count; i += width) {
      // Many at a time, as hardly any is good enough.
      long found =
          greater
              ? kernels.atLeast(scores, at + i, bounds)
              : kernels.atMost(scores, at + i, bounds);
      if (count - i < width) {
        found &= (1L << (count - i)) - 1;
      }
      for (; found != 0; found &= found - 1) {
        int n = i + Long.numberOfTrailingZeros(found);
        int row = firstRow + n;
        long id = view.ids[row];
        // The predicate is the caller's and may be slow: it is asked last, about what would
        // otherwise
        // be kept.
        if (best.wants(metric.orderedScore(scores[at + n]), id)
            && view.alive(row)
            && filter.test(id)) {
          best.offer(scores[at + n], id);
          Arrays.fill(bounds, metric.orderedScore(best.floor()));
        }
      }
    }
  }
}
