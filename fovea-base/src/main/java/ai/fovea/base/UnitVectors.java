package ai.fovea.base;

/// Vectors of length one, whose inner product is their cosine.
public final class UnitVectors {
  private UnitVectors() {}

  /// Returns the Euclidean length of a vector, 0 or more.
  public static double length(float[] vector) {
    double squared = 0;
    for (float v : vector) {
      squared += (double) v * v;
    }
    return Math.sqrt(squared);
  }

  /// Returns a copy of a vector, divided by its length; a copy of the vector itself where that is 0.
  public static float[] normalized(float[] vector) {
    float[] unit = vector.clone();
    normalize(unit);
    return unit;
  }

  /// Divides a vector by its length, in place; one of length 0 stays as it is.
  public static void normalize(float[] vector) {
    double length = length(vector);
    if (length == 0) {
      return;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (vector[d] / length);
    }
  }
}
