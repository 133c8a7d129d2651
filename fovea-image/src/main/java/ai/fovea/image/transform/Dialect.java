package ai.fovea.image.transform;

/// The reference has two copies of its operations, which differ where an image is smaller than the crop.
public enum Dialect {
  /// As while training: cropping beyond the border gives what Python's slices give.
  TRAINING,
  /// As in a deployed model: cropping beyond the border is an error.
  DEPLOYMENT
}
