package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A few directions at right angles that hold most of what vectors differ by: approximate principal
/// components.
///
/// Found by orthogonal iteration (Golub and Van Loan, Matrix Computations, 8.2.4) from random
/// directions. A few rounds do: what counts is the share of the vectors' squares in all the axes
/// together, which is nearly the greatest long before the axes have settled.
///
/// Immutable, for any number of threads.
final class PrincipalAxes {
  private static final int ROUNDS = 2;
  private static final long SEED = 0x5eed_a8e5;
  // Below this part of its length, what is left of a direction is rounding.
  private static final double VANISHED = 1e-6;

  private final int count;
  private final int dimension;
  private final MemorySegment rows;

  private PrincipalAxes(int count, int dimension, MemorySegment rows) {
    this.count = count;
    this.dimension = dimension;
    this.rows = rows;
  }

  /// Returns the first `count` axes of some vectors `[D]`, the one that holds most first.
  ///
  /// @param given what the very first axis is to be instead, `[D]`; null for none
  static PrincipalAxes of(Kernels kernels, float[][] vectors, int count, float @Nullable [] given) {
    int dimension = vectors[0].length;
    Random random = new Random(SEED);
    float[][] axes = new float[count][dimension];
    for (float[] axis : axes) {
      for (int d = 0; d < dimension; d++) {
        axis[d] = (float) random.nextGaussian();
      }
    }
    PrincipalAxes present = orthonormal(kernels, axes, given);
    float[] products = new float[count + 3];
    for (int round = 0; round < ROUNDS; round++) {
      float[][] sums = new float[count][dimension];
      for (float[] vector : vectors) {
        present.project(kernels, vector, products);
        for (int a = 0; a < count; a++) {
          add(sums[a], products[a], vector);
        }
      }
      present = orthonormal(kernels, sums, given);
    }
    return present;
  }

  /// `count` axes of `dimension` values that lie one after another in `rows`, in the machine's byte
  /// order.
  static PrincipalAxes of(int count, int dimension, MemorySegment rows) {
    long bytes = (long) count * dimension * Float.BYTES;
    MemorySegment copy = NativeMemory.allocate(Arena.ofAuto(), bytes);
    MemorySegment.copy(rows, 0, copy, 0, bytes);
    return new PrincipalAxes(count, dimension, copy);
  }

  /// Returns how many there are.
  int count() {
    return count;
  }

  /// Returns all of them, `[count,D]`.
  MemorySegment rows() {
    return rows;
  }

  /// Returns the first `number` (at least 4) of them.
  PrincipalAxes first(int number) {
    return of(number, dimension, rows);
  }

  /// The coordinates of a vector `[D]` on the axes, into the first `count` of `out`.
  void project(Kernels kernels, float[] vector, float[] out) {
    kernels.dot(vector, rows, 0, count, out);
  }

  /// Unit vectors at right angles, each out of what the directions before it leave over (Gram and
  /// Schmidt); those that depend on the ones before become zeros. Overwrites the directions.
  private static PrincipalAxes orthonormal(
      Kernels kernels, float[][] directions, float @Nullable [] given) {
    int dimension = directions[0].length;
    if (given != null) {
      directions[0] = given.clone();
    }
    long bytes = (long) dimension * Float.BYTES;
    MemorySegment rows = NativeMemory.allocate(Arena.ofAuto(), bytes * directions.length);
    float[] products = new float[directions.length + 3];
    for (int a = 0; a < directions.length; a++) {
      float[] axis = directions[a];
      double before = Math.sqrt(Sketches.squares(axis));
      // Twice is enough (Parlett and Kahan): the first time leaves rounding behind.
      for (int time = 0; time < 2; time++) {
        kernels.dot(axis, rows, 0, a, products);
        for (int b = 0; b < a; b++) {
          add(axis, -products[b], directions[b]);
        }
      }
      double after = Math.sqrt(Sketches.squares(axis));
      float scale = after <= VANISHED * before ? 0 : (float) (1 / after);
      for (int d = 0; d < dimension; d++) {
        axis[d] *= scale;
      }
      MemorySegment.copy(axis, 0, rows, ValueLayout.JAVA_FLOAT, a * bytes, dimension);
    }
    return new PrincipalAxes(directions.length, dimension, rows);
  }

  private static void add(float[] to, float factor, float[] vector) {
    for (int d = 0; d < to.length; d++) {
      to[d] += factor * vector[d];
    }
  }
}
