package ai.fovea.train.loss;

/// What of a training a loss may depend on beside its own settings.
///
/// @param mixedLabels whether labels are distributions, because images are mixed
public record LossContext(boolean mixedLabels) {
  /// Labels are class numbers.
  public static final LossContext PLAIN = new LossContext(false);
}
