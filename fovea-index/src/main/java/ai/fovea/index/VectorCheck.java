package ai.fovea.index;

import java.util.Optional;

/// What makes an array a vector that an index can hold.
public final class VectorCheck {
  // Two vectors of at most this squared length have an inner product within float, and no partial
  // sum is NaN.
  private static final double LONGEST_SQUARED = Float.MAX_VALUE / 4.0;

  private VectorCheck() {}

  /// Returns what is wrong with `vector` as one of `dimension` values; empty where nothing is.
  public static Optional<String> problem(float[] vector, int dimension) {
    if (vector.length != dimension) {
      return Optional.of("has " + vector.length + " values, expected " + dimension);
    }
    double squared = 0;
    for (int d = 0; d < dimension; d++) {
      if (!Float.isFinite(vector[d])) {
        return Optional.of("value " + d + " is " + vector[d] + ", expected finite values");
      }
      squared += (double) vector[d] * vector[d];
    }
    if (squared > LONGEST_SQUARED) {
      return Optional.of(
          "is of length "
              + Math.sqrt(squared)
              + ", expected at most "
              + Math.sqrt(LONGEST_SQUARED)
              + ": scale it down");
    }
    return Optional.empty();
  }
}
