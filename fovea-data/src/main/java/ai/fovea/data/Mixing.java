package ai.fovea.data;

import ai.fovea.graph.NDArray;
import java.util.random.RandomGenerator;

/// What transforms that mix images have in common.
final class Mixing {
  private Mixing() {}

  /// A permutation of `0 … n - 1`.
  static int[] permutation(int n, RandomGenerator random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /// A number of the distribution Beta(alpha, alpha): `X / (X + Y)` of two gamma variates.
  static double beta(double alpha, RandomGenerator random) {
    double x = gamma(alpha, random);
    double y = gamma(alpha, random);
    // With a small alpha both may underflow; the distribution then has its mass at 0 and 1.
    return x + y > 0 ? x / (x + y) : random.nextBoolean() ? 1 : 0;
  }

  /// Marsaglia and Tsang 2000, "A simple method for generating gamma variables", with their boost for shapes below 1.
  private static double gamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  /// `share` of each sample's label and `1 - share` of its partner's, `[N, classes]`.
  ///
  /// @throws IllegalArgumentException for a label that is no class
  static NDArray labels(NDArray labels, int[] partners, double share, int classes) {
    long[] own = labels.longs();
    float[] mixed = new float[own.length * classes];
    for (int i = 0; i < own.length; i++) {
      mixed[at(own, i, classes)] += (float) share;
      mixed[i * classes + (int) own[partners[i]]] += (float) (1 - share);
    }
    return NDArray.of(mixed, own.length, classes);
  }

  private static int at(long[] labels, int i, int classes) {
    if (labels[i] < 0 || labels[i] >= classes) {
      throw new IllegalArgumentException(
          "label " + labels[i] + " can't be mixed: there are " + classes + " classes");
    }
    return i * classes + (int) labels[i];
  }

  /// A copy of all values.
  static float[] copy(NDArray images) {
    float[] all = new float[images.size()];
    images.copyFloats(0, all, all.length);
    return all;
  }
}
