package ai.fovea.train.loss;

import ai.fovea.config.Config;
import java.util.Optional;

/// Makes a loss of the section that describes it; what is wrong is noted there.
final class LossSettings {
  private LossSettings() {}

  static Optional<Loss> read(String name, Config settings) {
    Optional<Loss> loss =
        switch (name) {
          case "CELoss" ->
              Optional.of(new CELoss(reduction(settings), settings.number("epsilon", 0)));
          case "TripletLossV2" ->
              Optional.of(
                  new TripletLossV2(
                      settings.number("margin", 0.5),
                      settings.flag("normalize_feature", true),
                      features(settings)));
          case "TripletAngularMarginLoss" ->
              Optional.of(
                  new TripletAngularMarginLoss(
                      settings.number("margin", 0.5),
                      settings.flag("normalize_feature", true),
                      reduction(settings),
                      settings.flag("add_absolute", false),
                      settings.number("absolute_loss_weight", 1),
                      settings.number("ap_value", 0.9),
                      settings.number("an_value", 0.5),
                      features(settings)));
          default -> Optional.empty();
        };
    if (loss.isPresent()) {
      settings.refuseUnread(name);
    }
    return loss;
  }

  private static Reduction reduction(Config settings) {
    String word = settings.text("reduction", "mean");
    try {
      return Reduction.of(word);
    } catch (IllegalArgumentException e) {
      settings.problem("reduction", String.valueOf(e.getMessage()));
      return Reduction.MEAN;
    }
  }

  private static String features(Config settings) {
    return settings.word("feature_from", "features", "features", "backbone");
  }
}
