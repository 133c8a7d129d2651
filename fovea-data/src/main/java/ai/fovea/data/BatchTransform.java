package ai.fovea.data;

import java.util.random.RandomGenerator;

/// A change to a whole batch, for instance one that mixes its images. Immutable and thread-safe.
public interface BatchTransform {
  /// Changes a batch.
  ///
  /// @param batch its images may be overwritten; must not be used afterwards but through what is returned
  /// @param random the only source of randomness
  Batch apply(Batch batch, RandomGenerator random);

  /// Returns whether labels become distributions over classes.
  boolean mixesLabels();
}
