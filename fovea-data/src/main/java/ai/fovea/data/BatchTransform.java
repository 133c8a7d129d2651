package ai.fovea.data;

import java.util.random.RandomGenerator;

/// A change to a whole batch, for instance one that mixes its images. Immutable and thread-safe.
public interface BatchTransform {
  /// Returns the changed batch. Closing it releases the memory of the one that was given.
  ///
  /// @param random the only source of randomness
  Batch apply(Batch batch, RandomGenerator random);

  /// Returns whether labels become distributions over classes.
  boolean mixesLabels();
}
