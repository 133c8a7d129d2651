package ai.fovea.train.loss;

import ai.fovea.plan.LossPlan;
import ai.fovea.plan.LossSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

/// The losses that plans describe.
final class Losses {
  private Losses() {}

  /// Returns the loss of a plan.
  static Loss of(LossPlan plan, LossContext context) {
    CELoss.Target target =
        context.mixedLabels() ? CELoss.Target.PROBABILITIES : CELoss.Target.LOGITS;
    return switch (plan.settings()) {
      case LossSettings.CrossEntropy s -> new CELoss(s.reduction(), s.epsilon(), target);
      case LossSettings.TripletV2 s -> new TripletLossV2(s);
      case LossSettings.TripletAngularMargin s -> new TripletAngularMarginLoss(s);
      case LossSettings.Center s -> new CenterLoss(s);
      case LossSettings.DistillationCrossEntropy s -> new DistillationCELoss(s);
      case LossSettings.DistillationLabels s -> new DistillationGTCELoss(s, target);
      case LossSettings.MutualLearning s -> new DistillationDMLLoss(s);
      case LossSettings.DistillationCorrelation s -> new DistillationDISTLoss(s);
      case LossSettings.Other s -> {
        LossProvider.Factory factory = provided().get(plan.name());
        if (factory == null) {
          throw new IllegalArgumentException(
              "the loss " + plan.name() + " has settings, and no provider that computes it");
        }
        yield factory.create(s.section(), context);
      }
    };
  }

  /// The losses of all providers on the class path.
  ///
  /// @throws IllegalStateException if two have a loss of the same name
  static Map<String, LossProvider.Factory> provided() {
    Map<String, LossProvider.Factory> all = new LinkedHashMap<>();
    for (LossProvider provider : ServiceLoader.load(LossProvider.class)) {
      provider
          .losses()
          .forEach((name, factory) -> {
            if (all.putIfAbsent(name, factory) != null) {
              throw new IllegalStateException(
                  provider.getClass().getName()
                      + ": there is a loss '"
                      + name
                      + "' already; give this one another name");
            }
          });
    }
    return all;
  }
}
