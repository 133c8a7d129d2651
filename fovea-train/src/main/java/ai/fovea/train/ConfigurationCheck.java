package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.plan.Recipe;
import java.util.List;

/// Whether a training configuration can be run here, with its lists, images and weights left out: it is read, its networks are
/// built for training and for evaluation, as are transforms, sampler, loss (tried on outputs of the network's shapes),
/// optimizer, schedule and metrics.
public final class ConfigurationCheck {
  private ConfigurationCheck() {}

  /// All that stands in the way, one line each; empty where nothing does.
  public static List<String> problems(Config config) {
    return Plan.settings(Recipe.unchecked(config));
  }
}
