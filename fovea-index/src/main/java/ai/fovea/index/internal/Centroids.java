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
  private static final int PACKS = 4;
  private static final int SPARE = 4;

  private final Kernels kernels;
  private final int dimension;
  private final MemorySegment rows;
  private final int count;
  private final float[] offsets;

  /// Creates those that lie in `rows`, `[count,D]` floats in the machine's order, by inner product
  /// or by distance.
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

  /// Returns what compares them.
  public Kernels kernels() {
    return kernels;
  }

  /// Returns how many there are.
  public int count() {
    return count;
  }

  /// Returns all of them, `[count,D]`.
  public MemorySegment rows() {
    return rows;
  }

  /// Returns a copy of one of them, `[D]`.
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

  /// Returns the number of the nearest one for each of `n` points (`[D]` each), found by `threads`
  /// threads.
  public int[] nearest(IntFunction<float[]> points, int n, int threads) {
    int[] nearest = new int[n];
    int together = PACKS * kernels.width();
    Parallel.ranges(
        Math.ceilDiv(n, together),
        threads,
        (from, to) -> {
          NearestOfPack[] packs = new NearestOfPack[PACKS];
          Arrays.setAll(packs, p -> new NearestOfPack(kernels, dimension, nearest));
          for (int i = from; i < to; i++) {
            nearest(points, i * together, Math.min(n, (i + 1) * together), packs);
          }
        });
    return nearest;
  }

  /// For the points from `from` (inclusive) to `to` (exclusive), as many as go into `packs`.
  private void nearest(IntFunction<float[]> points, int from, int to, NearestOfPack[] packs) {
    int used = Math.ceilDiv(to - from, kernels.width());
    for (int p = 0; p < used; p++) {
      int start = from + p * kernels.width();
      packs[p].start(points, start, Math.min(kernels.width(), to - start));
    }
    int block = Math.max(4, BLOCK_FLOATS / dimension & ~3);
    for (int first = 0; first < count; first += block) {
      for (int p = 0; p < used; p++) {
        packs[p].compare(rows, offsets, first, Math.min(block, count - first));
      }
    }
  }

  /// For each of the queries from `from` (inclusive) to `to` (exclusive) the numbers of the `k`
  /// nearest, in no order; the same whatever other queries there are.
  public int[][] nearest(float[][] queries, int from, int to, int k) {
    int width = kernels.width();
    int[][] out = new int[to - from][];
    int q = from;
    for (; to - q >= width / 2; q += width) {
      nearestOfPack(queries, q, Math.min(to, q + width), k, out, q - from);
    }
    float[] orderedScores = q < to ? new float[count] : new float[0];
    for (; q < to; q++) {
      orderedScores(queries[q], 0, count, orderedScores);
      TopRows best = new TopRows(k, null);
      float floor = best.floor();
      for (int c = 0; c < count; c++) {
        if (orderedScores[c] >= floor && best.wants(orderedScores[c], c)) {
          best.add(orderedScores[c], c);
          floor = best.floor();
        }
      }
      out[q - from] = best.rows();
    }
    return out;
  }

  /// A few more than wanted by packed kernels, whose sums come in another order, and these once
  /// more as for a single query.
  private void nearestOfPack(float[][] queries, int from, int to, int k, int[][] out, int outFrom) {
    TopRows[] rough = new TopRows[to - from];
    Arrays.setAll(rough, q -> new TopRows(Math.min(count, k + SPARE), null));
    int width = kernels.width();
    float[] packed = new float[dimension * width];
    kernels.pack(queries, from, rough.length, packed);
    float[] bounds = new float[width];
    Arrays.fill(bounds, 0, rough.length, Float.NEGATIVE_INFINITY);
    Arrays.fill(bounds, rough.length, width, Float.POSITIVE_INFINITY);
    int block = Math.max(4, BLOCK_FLOATS / dimension & ~3);
    float[] scores = new float[block * width];
    for (int first = 0; first < count; first += block) {
      int size = Math.min(block, count - first);
      kernels.dotPacked(packed, dimension, rows, first, size, scores);
      for (int i = 0; i < size; i++) {
        NearestOfPack.subtract(scores, i * width, width, offsets[first + i]);
        long found = kernels.atLeast(scores, i * width, bounds);
        for (; found != 0; found &= found - 1) {
          int lane = Long.numberOfTrailingZeros(found);
          if (rough[lane].wants(scores[i * width + lane], first + i)) {
            rough[lane].add(scores[i * width + lane], first + i);
            bounds[lane] = rough[lane].floor();
          }
        }
      }
    }
    for (int q = 0; q < rough.length; q++) {
      out[outFrom + q] = nearestOf(rough[q].rows(), queries[from + q], k);
    }
  }

  /// Returns the `k` nearest of some.
  private int[] nearestOf(int[] some, float[] query, int k) {
    float[] orderedScores = orderedScores(some, query);
    TopRows best = new TopRows(k, null);
    for (int i = 0; i < some.length; i++) {
      if (best.wants(orderedScores[i], some[i])) {
        best.add(orderedScores[i], some[i]);
      }
    }
    return best.rows();
  }

  /// Returns how near some of them are to a query: the greater the nearer. Inner products `qc`, or
  /// `qc - |c|²/2`.
  public float[] orderedScores(int[] some, float[] query) {
    long[] refs = new long[some.length + 3];
    float[] orderedScores = new float[some.length + 3];
    for (int i = 0; i < some.length; i++) {
      refs[i] = Refs.of(0, (long) some[i] * dimension * Float.BYTES);
    }
    kernels.dotRows(query, new MemorySegment[] {rows}, refs, some.length, orderedScores);
    for (int i = 0; i < some.length; i++) {
      orderedScores[i] -= offsets[some[i]];
    }
    return orderedScores;
  }

  /// Returns all numbers, the nearest to `query` first.
  public int[] ordered(float[] query) {
    float[] orderedScores = new float[count];
    orderedScores(query, 0, count, orderedScores);
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> -orderedScores[c]))
        .mapToInt(c -> c)
        .toArray();
  }

  /// `out[i]` is the greater the nearer centroid `first + i` is.
  private void orderedScores(float[] point, int first, int size, float[] out) {
    kernels.dot(point, rows, first, size, out);
    for (int c = 0; c < size; c++) {
      out[c] -= offsets[first + c];
    }
  }
}
