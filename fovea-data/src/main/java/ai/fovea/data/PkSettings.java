package ai.fovea.data;

import java.util.List;

/// Settings of a [PkSampler].
///
/// @param batchSize P times K
/// @param samplesPerClass K
/// @param bySampleCount whether a class is drawn in proportion to its samples (`sample_avg_prob`), else all equally
///     (`id_avg_prob`)
/// @param dropLast whether the count of batches is rounded down
/// @param boosts classes that are drawn more often, or less
public record PkSettings(
    int batchSize,
    int samplesPerClass,
    boolean bySampleCount,
    boolean dropLast,
    List<Boost> boosts) {
  /// Classes `first` to `last`, both included, counted in the order of first appearance in the list.
  ///
  /// @param first position
  /// @param last position
  /// @param factor multiplies their probabilities
  public record Boost(int first, int last, double factor) {
    public Boost {
      if (first < 0 || last < first || !(factor >= 0)) {
        throw new IllegalArgumentException(
            "expected 0 <= first <= last and a factor that is not negative, got "
                + first
                + ", "
                + last
                + ", "
                + factor);
      }
    }
  }

  public PkSettings {
    boosts = List.copyOf(boosts);
    if (samplesPerClass < 1 || batchSize < 1 || batchSize % samplesPerClass != 0) {
      throw new IllegalArgumentException(
          "the batch size "
              + batchSize
              + " must be a multiple of the samples a class ("
              + samplesPerClass
              + ")");
    }
  }

  /// P.
  public int classesPerBatch() {
    return batchSize / samplesPerClass;
  }
}
