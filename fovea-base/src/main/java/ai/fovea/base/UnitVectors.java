package ai.fovea.base;

/// Vectors of length one, whose inner product is their cosine.
public final class UnitVectors {
  private UnitVectors() {}

  /// Returns a copy of a vector, divided by its length; a copy of the vector itself where that is 0.
  public static float[] normalized(float[] vector) {
    float[] unit = vector.clone();
    normalize(unit);
    return unit;
  }

  /// Divides a vector by its Euclidean length, in place; one of length 0 stays as it is.
  ///
  /// @return the length that it had, 0 or more
  public static double normalize(float[] vector) {
    double squared = 0;
    for (float v : vector) {
      squared += (double) v * v;
    }
    double length = Math.sqrt(squared);
    if (length > 0) {
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) (vector[d] / length);
      }
    }
    return length;
  }
}
