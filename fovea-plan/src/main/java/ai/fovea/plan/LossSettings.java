package ai.fovea.plan;

import ai.fovea.config.Config;
import java.util.Optional;

/// The settings of a loss, read and checked; what they mean is told where the loss is computed.
public sealed interface LossSettings {
  /// The output of the network that the loss is computed from; empty where it is not known here.
  Optional<String> output();

  /// What becomes of the losses of the samples of a batch.
  enum Reduction {
    MEAN,
    SUM,
    NONE
  }

  /// `CELoss`: softmax cross entropy.
  ///
  /// @param epsilon label smoothing
  record CrossEntropy(Reduction reduction, double epsilon) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of("logits");
    }
  }

  /// `TripletLossV2`.
  ///
  /// @param normalize whether features are brought to unit length first
  /// @param features which output
  record TripletV2(double margin, boolean normalize, String features) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of(features);
    }
  }

  /// `TripletAngularMarginLoss`.
  ///
  /// @param normalize whether features are brought to unit length first
  /// @param features which output
  record TripletAngularMargin(
      double margin,
      boolean normalize,
      Reduction reduction,
      boolean absolute,
      double absoluteWeight,
      double apValue,
      double anValue,
      String features)
      implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of(features);
    }
  }

  /// A loss of a [SettingsProvider], whose section is looked through already.
  record Other(Config section) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.empty();
    }
  }
}
