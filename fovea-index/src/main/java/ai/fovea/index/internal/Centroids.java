package ai.fovea.index.internal;

import ai.fovea.index.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The middles of lists of vectors, and which of them are the nearest to a vector.
///
/// Immutable, for any number of threads.
public final class Centroids {
  // What stays in the first cache level while points pass over it.
  private static final int BLOCK_FLOATS = 1 << 13;
  private static final int POINTS = 64;

  private final Kernels kernels;
  private final int dimension;
  private final MemorySegment rows;
  private final int count;
  private final float[] offsets;

  /// Those that lie in `rows`, `[count,D]` floats in the machine's order, by inner product or by distance.
  public Centroids(Kernels kernels, int dimension, Metric metric, MemorySegment rows, int count) {
    this.kernels = kernels;
    this.dimension = dimension;
    this.rows = rows;
    this.count = count;
    this.offsets = new float[count];
    if (metric == Metric.L2) {
      // |x - c|² = |x|² - 2 (xc - |c|²/2): the greatest xc - |c|²/2 belongs to the nearest c.
      for (int c = 0; c < count; c++) {
        float[] centroid = row(c);
        double squared = 0;
        for (float v : centroid) {
          squared += (double) v * v;
        }
        offsets[c] = (float) (squared / 2);
      }
    }
  }

  /// How many there are.
  public int count() {
    return count;
  }

  /// All of them, `[count,D]`.
  public MemorySegment rows() {
    return rows;
  }

  /// A copy of one of them, `[D]`.
  public float[] row(int number) {
    float[] out = new float[dimension];
    MemorySegment.copy(
        rows,
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        (long) number * dimension * Float.BYTES,
        out,
        0,
        dimension);
    return out;
  }

  /// The number of the nearest one for each of `n` points (`[D]` each), found by `threads` threads.
  public int[] nearest(IntFunction<float[]> points, int n, int threads) {
    int[] nearest = new int[n];
    Parallel.ranges(n, threads, (from, to) -> nearest(points, from, to, nearest));
    return nearest;
  }

  private void nearest(IntFunction<float[]> points, int from, int to, int[] nearest) {
    float[][] some = new float[POINTS][];
    float[] best = new float[POINTS];
    int block = Math.max(4, BLOCK_FLOATS / dimension);
    float[] scores = new float[block];
    for (int start = from; start < to; start += POINTS) {
      int n = Math.min(POINTS, to - start);
      for (int p = 0; p < n; p++) {
        some[p] = points.apply(start + p);
      }
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      for (int first = 0; first < count; first += block) {
        int size = Math.min(block, count - first);
        for (int p = 0; p < n; p++) {
          merits(some[p], first, size, scores);
          for (int c = 0; c < size; c++) {
            if (scores[c] > best[p]) {
              best[p] = scores[c];
              nearest[start + p] = first + c;
            }
          }
        }
      }
    }
  }

  /// For each of the queries from `from` (inclusive) to `to` (exclusive) the numbers of the `k` nearest, in no order.
  public int[][] nearest(float[][] queries, int from, int to, int k) {
    TopK[] best =
        IntStream.range(from, to)
            .mapToObj(q -> new TopK(Metric.INNER_PRODUCT, k))
            .toArray(TopK[]::new);
    int block = Math.max(4, BLOCK_FLOATS / dimension);
    float[] scores = new float[block];
    for (int first = 0; first < count; first += block) {
      int size = Math.min(block, count - first);
      for (int q = from; q < to; q++) {
        merits(queries[q], first, size, scores);
        TopK mine = best[q - from];
        float floor = mine.floor();
        for (int c = 0; c < size; c++) {
          if (scores[c] >= floor) {
            mine.offer(scores[c], first + c);
            floor = mine.floor();
          }
        }
      }
    }
    return Arrays.stream(best).map(TopK::keptIds).toArray(int[][]::new);
  }

  /// All numbers, the nearest to `query` first.
  public int[] ordered(float[] query) {
    float[] merits = new float[count];
    merits(query, 0, count, merits);
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> -merits[c]))
        .mapToInt(c -> c)
        .toArray();
  }

  /// `out[i]` is the greater the nearer centroid `first + i` is.
  private void merits(float[] point, int first, int size, float[] out) {
    kernels.dot(point, rows, first, size, out);
    for (int c = 0; c < size; c++) {
      out[c] -= offsets[first + c];
    }
  }
}
