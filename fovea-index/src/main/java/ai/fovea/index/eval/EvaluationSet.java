package ai.fovea.index.eval;

import ai.fovea.base.UnitVectors;
import java.util.Arrays;
import java.util.Optional;

/// Labelled vectors that are searched for, or in.
///
/// Holds the arrays that it is given; they must not change while it is in use.
public final class EvaluationSet {
  private final float[][] vectors;
  private final long[] labels;
  private final Optional<long[]> cameras;

  private EvaluationSet(float[][] vectors, long[] labels, Optional<long[]> cameras) {
    if (vectors.length != labels.length
        || (cameras.isPresent() && cameras.get().length != labels.length)) {
      throw new IllegalArgumentException(
          "there are "
              + vectors.length
              + " vectors, "
              + labels.length
              + " labels and "
              + cameras.map(c -> Integer.toString(c.length)).orElse("no")
              + " camera ids, expected as many of each");
    }
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].length != vectors[0].length) {
        throw new IllegalArgumentException(
            "vector "
                + i
                + " has "
                + vectors[i].length
                + " values, expected "
                + vectors[0].length
                + " as in the first");
      }
    }
    this.vectors = vectors;
    this.labels = labels;
    this.cameras = cameras;
  }

  /// `vectors` (`[N][D]`) with their labels (`[N]`).
  public static EvaluationSet of(float[][] vectors, long[] labels) {
    return new EvaluationSet(vectors, labels, Optional.empty());
  }

  /// Returns the same with camera ids, or with a number unique to each image (`[N]`): a query does
  /// not count gallery images that have both its label and its camera. With unique numbers that is
  /// the query itself and nothing else.
  public EvaluationSet withCameras(long[] cameras) {
    return new EvaluationSet(vectors, labels, Optional.of(cameras));
  }

  /// Returns the same with every vector scaled to length one, so that inner products are cosines;
  /// zero vectors stay as they are.
  public EvaluationSet normalized() {
    return new EvaluationSet(
        Arrays.stream(vectors).map(UnitVectors::normalized).toArray(float[][]::new),
        labels,
        cameras);
  }

  /// Returns the number of vectors.
  public int size() {
    return vectors.length;
  }

  float[] vector(int i) {
    return vectors[i];
  }

  long label(int i) {
    return labels[i];
  }

  /// Returns whether `gallery`'s image `g` has the label and the camera of this set's image `i`.
  boolean excludes(int i, EvaluationSet gallery, int g) {
    return cameras.isPresent()
        && gallery.cameras.isPresent()
        && labels[i] == gallery.labels[g]
        && cameras.get()[i] == gallery.cameras.get()[g];
  }
}
