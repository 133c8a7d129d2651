package ai.fovea.index.internal;

import ai.fovea.index.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Finds the middles of clusters by Lloyd's iterations (IEEE Transactions on Information Theory
/// 28(2), 1982), as Faiss trains its IVF indexes: points drawn at random to begin with, ten rounds,
/// middles scaled to length one where points are compared by inner product, and for a cluster that
/// has lost all its points half of another one, a large one more likely.
///
/// The same points and seed give the same middles, whatever the number of threads.
///
/// @param clusters how many
/// @param metric how points are compared
/// @param seed of the random choices
/// @param threads how many threads share the work
public record KMeans(int clusters, Metric metric, long seed, int threads) {
  private static final int ROUNDS = 10;
  private static final int MOST_POINTS_EACH = 256;
  // Just enough to pull two equal middles apart.
  private static final float PUSH = 1f / 1024;

  /// Returns the middles of `n` (at least [#clusters()]) points `[D]`; where there are more than
  /// 256 a cluster, of so many of them.
  ///
  /// @param before what was found among fewer of these points, to begin with instead of with
  ///     points: ten rounds more bring them nearer to the best than ten; null for nothing
  public Centroids train(
      Kernels kernels,
      int dimension,
      IntFunction<float[]> points,
      int n,
      @Nullable Centroids before) {
    Random random = new Random(seed);
    int[] sample = drawn(random, n, (int) Math.min(n, (long) MOST_POINTS_EACH * clusters));
    IntFunction<float[]> drawn = i -> points.apply(sample[i]);
    float[][] middles = new float[clusters][];
    // The sample is in random order: its first points are as good a beginning as any.
    float[][] known = new float[before == null ? 0 : Math.min(clusters, before.count())][];
    for (int c = 0; before != null && c < known.length; c++) {
      known[c] = before.row(c);
    }
    Arrays.setAll(middles, c -> scaled(c < known.length ? known[c] : drawn.apply(c)));
    Centroids centroids = laidOut(kernels, dimension, middles);
    for (int round = 0; round < ROUNDS && sample.length > clusters; round++) {
      int[] nearest = centroids.nearest(drawn, sample.length, threads);
      middles = moved(random, dimension, drawn, nearest, middles);
      centroids = laidOut(kernels, dimension, middles);
    }
    return centroids;
  }

  private float[][] moved(
      Random random, int dimension, IntFunction<float[]> points, int[] nearest, float[][] before) {
    int[] sizes = new int[clusters];
    double[][] sums = new double[clusters][dimension];
    for (int i = 0; i < nearest.length; i++) {
      float[] point = points.apply(i);
      double[] sum = sums[nearest[i]];
      for (int d = 0; d < dimension; d++) {
        sum[d] += point[d];
      }
      sizes[nearest[i]]++;
    }
    float[][] middles = new float[clusters][];
    for (int c = 0; c < clusters; c++) {
      middles[c] = before[c].clone();
      for (int d = 0; d < dimension && sizes[c] > 0; d++) {
        middles[c][d] = (float) (sums[c][d] / sizes[c]);
      }
    }
    fillEmpty(random, sizes, middles);
    Arrays.setAll(middles, c -> scaled(middles[c]));
    return middles;
  }

  /// Gives each empty cluster half of another, which is drawn by its size.
  private void fillEmpty(Random random, int[] sizes, float[][] middles) {
    long points = Arrays.stream(sizes).asLongStream().sum();
    for (int empty = 0; empty < clusters; empty++) {
      if (sizes[empty] > 0) {
        continue;
      }
      int full = empty;
      // A cluster of one point has nothing to give.
      while (random.nextDouble() * (points - clusters) >= sizes[full] - 1.0 || sizes[full] < 2) {
        full = (full + 1) % clusters;
      }
      float[] one = middles[full];
      float[] other = one.clone();
      for (int d = 0; d < one.length; d++) {
        float push = (d & 1) == 0 ? PUSH : -PUSH;
        other[d] *= 1 + push;
        one[d] *= 1 - push;
      }
      middles[empty] = other;
      sizes[empty] = sizes[full] / 2;
      sizes[full] -= sizes[empty];
    }
  }

  private float[] scaled(float[] middle) {
    float[] out = middle.clone();
    double squared = 0;
    for (float v : out) {
      squared += (double) v * v;
    }
    if (metric == Metric.INNER_PRODUCT && squared > 0) {
      for (int d = 0; d < out.length; d++) {
        out[d] = (float) (out[d] / Math.sqrt(squared));
      }
    }
    return out;
  }

  private Centroids laidOut(Kernels kernels, int dimension, float[][] middles) {
    MemorySegment rows =
        NativeMemory.allocate(Arena.ofAuto(), (long) clusters * dimension * Float.BYTES);
    for (int c = 0; c < clusters; c++) {
      MemorySegment.copy(
          middles[c],
          0,
          rows,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          (long) c * dimension * Float.BYTES,
          dimension);
    }
    return new Centroids(kernels, dimension, metric, rows, clusters);
  }

  /// Returns the first `k` of the numbers below `n` in random order.
  private static int[] drawn(Random random, int n, int k) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    for (int i = 0; i < k; i++) {
      int other = i + random.nextInt(n - i);
      int kept = all[i];
      all[i] = all[other];
      all[other] = kept;
    }
    return Arrays.copyOf(all, k);
  }
}
