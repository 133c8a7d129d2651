package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntFunction;

/// Finds the nearest of some rows for a few points at a time, as matrices are multiplied.
final class NearestOfPack {
  private final Kernels kernels;
  private final int dimension;
  private final int[] nearest;
  private final float[][] points;
  private final float[] packed;
  private final float[] best;
  private float[] scores = new float[0];
  private int start;

  /// For points of `dimension` values; what is found for the i-th goes to `nearest[i]`.
  NearestOfPack(Kernels kernels, int dimension, int[] nearest) {
    this.kernels = kernels;
    this.dimension = dimension;
    this.nearest = nearest;
    this.points = new float[kernels.width()][];
    this.packed = new float[dimension * kernels.width()];
    this.best = new float[kernels.width()];
  }

  /// Begins with the points from `first` on, at most as many as are compared together.
  void start(IntFunction<float[]> all, int first, int count) {
    start = first;
    for (int j = 0; j < count; j++) {
      points[j] = all.apply(first + j);
    }
    kernels.pack(points, 0, count, packed);
    Arrays.fill(best, 0, count, Float.NEGATIVE_INFINITY);
    // Places without a point find nothing.
    Arrays.fill(best, count, best.length, Float.POSITIVE_INFINITY);
  }

  /// Compares with the rows from `first` on: the greatest inner product less the row's offset wins,
  /// of equal ones the first.
  void compare(MemorySegment rows, float[] offsets, int first, int count) {
    int width = kernels.width();
    if (scores.length < count * width) {
      scores = new float[count * width];
    }
    kernels.dotPacked(packed, dimension, rows, first, count, scores);
    for (int i = 0; i < count; i++) {
      int at = i * width;
      subtract(scores, at, width, offsets[first + i]);
      for (long found = kernels.atLeast(scores, at, best); found != 0; found &= found - 1) {
        int j = Long.numberOfTrailingZeros(found);
        if (scores[at + j] > best[j]) {
          best[j] = scores[at + j];
          nearest[start + j] = first + i;
        }
      }
    }
  }

  /// Subtracts `offset` from `count` values.
  static void subtract(float[] values, int from, int count, float offset) {
    if (offset != 0) {
      for (int j = from; j < from + count; j++) {
        values[j] -= offset;
      }
    }
  }
}
