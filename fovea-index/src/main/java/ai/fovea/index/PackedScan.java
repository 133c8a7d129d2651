package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongPredicate;

/// Compares many queries with all rows of a version, as matrices are multiplied: a few rows with a
/// pack of queries at a time, without a sum across lanes.
///
/// Sums come in another order than for a single query. So a few more rows than wanted are kept and
/// compared once more, in the order of a single query: scores and results are the same as those of
/// one.
final class PackedScan {
  private static final int BLOCK_FLOATS = 1 << 14;
  private static final int TILES = 12;
  private static final int SPARE = 16;

  private final ExactScan scan;
  private final float[][] queries;
  private final int from;
  private final int width;
  // One of each pack of queries, and where a query's place is in it.
  private final float[][] packs;
  private final float[][] bounds;
  private final TopK[] rough;

  PackedScan(ExactScan scan, float[][] queries, int from, int to) {
    this.scan = scan;
    this.queries = queries;
    this.from = from;
    this.width = scan.kernels().width();
    this.rough = new TopK[to - from];
    int count = Math.ceilDiv(rough.length, width);
    this.packs = new float[count][scan.dimension() * width];
    this.bounds = new float[count][width];
    float never = scan.metric().orderedScore(Float.POSITIVE_INFINITY);
    float always = scan.metric().orderedScore(Float.NEGATIVE_INFINITY);
    for (int pack = 0; pack < count; pack++) {
      int first = pack * width;
      int size = Math.min(width, rough.length - first);
      scan.kernels().pack(queries, from + first, size, packs[pack]);
      Arrays.fill(bounds[pack], 0, size, always);
      Arrays.fill(bounds[pack], size, width, never);
    }
  }

  void offer(TopK[] best, LongPredicate filter) {
    for (int q = 0; q < rough.length; q++) {
      rough[q] =
          new TopK(
              scan.metric(), (int) Math.min(Integer.MAX_VALUE, best[from + q].k() + (long) SPARE));
    }
    RowView view = scan.view();
    // Whole tiles of rows, whatever a kernel's tile is.
    int block = Math.max(1, BLOCK_FLOATS / scan.dimension() / TILES) * TILES;
    float[] scores = new float[block * width];
    for (int chunk = 0; chunk < view.segments.length; chunk++) {
      int start = view.chunks.start(chunk);
      int end = Math.min(view.rows - start, view.chunks.rows(chunk));
      for (int first = 0; first < end; first += block) {
        int count = Math.min(block, end - first);
        for (int pack = 0; pack < packs.length; pack++) {
          score(pack, view.segments[chunk], first, count, scores);
          keep(pack, start + first, count, scores, filter);
        }
      }
    }
    for (int q = 0; q < rough.length; q++) {
      scan.offerRows(queries[from + q], rough[q].tags(), best[from + q]);
    }
  }

  private void score(int pack, MemorySegment rows, int first, int count, float[] scores) {
    Kernels kernels = scan.kernels();
    int dimension = scan.dimension();
    switch (scan.metric()) {
      case INNER_PRODUCT -> kernels.dotPacked(packs[pack], dimension, rows, first, count, scores);
      case L2 -> kernels.squaredDistancePacked(packs[pack], dimension, rows, first, count, scores);
    }
  }

  private void keep(int pack, int firstRow, int count, float[] scores, LongPredicate filter) {
    Kernels kernels = scan.kernels();
    Metric metric = scan.metric();
    float[] own = bounds[pack];
    boolean greater = metric.greaterIsBetter();
    for (int i = 0; i < count; i++) {
      int at = i * width;
      long found = greater ? kernels.atLeast(scores, at, own) : kernels.atMost(scores, at, own);
      for (; found != 0; found &= found - 1) {
        int lane = Long.numberOfTrailingZeros(found);
        TopK top = rough[pack * width + lane];
        int row = firstRow + i;
        long id = scan.view().ids[row];
        float score = scores[at + lane];
        if (top.wants(metric.orderedScore(score), id)
            && scan.view().alive(row)
            && filter.test(id)) {
          top.offer(score, id, row);
          own[lane] = metric.orderedScore(top.floor());
        }
      }
    }
  }
}
