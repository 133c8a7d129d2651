package ai.fovea.gallery;

import ai.fovea.base.UnitVectors;
import ai.fovea.index.Metric;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How a gallery compares images.
public enum Similarity {
  /// The angle between two vectors, -1 to 1, greater is more alike. The gallery scales each vector
  /// to length one when it is added, and each query: what it stores and gives back are the scaled
  /// ones. A zero vector is refused.
  COSINE(Metric.INNER_PRODUCT),

  /// The inner product of the vectors as they are, greater is more alike.
  INNER_PRODUCT(Metric.INNER_PRODUCT),

  /// The squared Euclidean distance of the vectors as they are, smaller is more alike.
  L2(Metric.L2);

  private final Metric metric;

  Similarity(Metric metric) {
    this.metric = metric;
  }

  /// Returns the metric of the index underneath, which tells the better of two scores.
  public Metric metric() {
    return metric;
  }

  /// Returns the name used in files and on the command line: `cosine`, `inner-product`, `l2`.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Returns the similarity of that [#text()].
  public static Optional<Similarity> of(String text) {
    return Arrays.stream(values()).filter(s -> s.text().equals(text)).findFirst();
  }

  /// Returns `vector` as galleries store and search it: a copy of length one under [#COSINE], else
  /// the same array.
  ///
  /// @throws IllegalArgumentException for a zero vector under [#COSINE]
  public float[] prepare(float[] vector) {
    if (this != COSINE) {
      return vector;
    }
    float[] unit = vector.clone();
    if (UnitVectors.normalize(unit) == 0) {
      throw new IllegalArgumentException("has length zero, which has no direction to compare by");
    }
    return unit;
  }
}
