package ai.fovea.data;

import java.util.SplittableRandom;

/// Random choices of the samplers, from a generator whose sequence is fixed by its specification.
final class Draw {
  private Draw() {}

  /// The generator of an epoch.
  static SplittableRandom random(long seed, int epoch, int rank) {
    long mixed = seed * 0x9E3779B97F4A7C15L + epoch;
    return new SplittableRandom(mixed * 0xBF58476D1CE4E5B9L + rank);
  }

  /// Fisher and Yates.
  static void shuffle(int[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  /// `count` of `from`: distinct ones where there are enough, else with repetition.
  static int[] some(int[] from, int count, SplittableRandom random) {
    int[] out = new int[count];
    if (from.length < count) {
      for (int i = 0; i < count; i++) {
        out[i] = from[random.nextInt(from.length)];
      }
      return out;
    }
    int[] copy = from.clone();
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(copy.length - i);
      out[i] = copy[j];
      copy[j] = copy[i];
    }
    return out;
  }

  /// `count` distinct positions, each next one with a probability proportional to its weight among those left.
  static int[] weighted(double[] weights, int count, SplittableRandom random) {
    double[] left = weights.clone();
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      int last = -1;
      for (int p = 0; p < left.length; p++) {
        sum += left[p];
        if (left[p] > 0) {
          last = p;
        }
      }
      double at = random.nextDouble() * sum;
      int chosen = last; // rounding may leave a rest after the last one
      for (int p = 0; p <= last; p++) {
        at -= left[p];
        if (left[p] > 0 && at < 0) {
          chosen = p;
          break;
        }
      }
      out[i] = chosen;
      left[chosen] = 0;
    }
    return out;
  }
}
