package ai.fovea.train;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Whether a training configuration can be run here, with its lists, images and weights left out: it is read, its networks are
/// built for training and for evaluation, as are transforms, sampler, loss (tried on outputs of the network's shapes),
/// optimizer, schedule and metrics.
public final class ConfigurationCheck {
  /// Where a configuration names weights to start from.
  private static final List<String> WEIGHTS =
      List.of(
          "Arch.pretrained",
          "Arch.Backbone.pretrained",
          "Global.pretrained_model",
          "Global.checkpoints");

  private ConfigurationCheck() {}

  /// All that stands in the way, one line each; empty where nothing does.
  public static List<String> problems(Config config) {
    Set<String> all = new LinkedHashSet<>();
    var first = new Problems();
    Config checked = config;
    if (first.collect(() -> Recipe.of(config)).isEmpty()) {
      all.addAll(first.all());
      // Again without weights, which need not hide what else there is.
      List<String> without = new ArrayList<>();
      WEIGHTS.stream().filter(config::has).forEach(key -> without.add(key + "=None"));
      checked = config.override(without);
    }
    Config rest = checked;
    var second = new Problems();
    second
        .collect(() -> Recipe.of(rest))
        .ifPresentOrElse(
            recipe -> all.addAll(Plan.settings(recipe)), () -> all.addAll(second.all()));
    return List.copyOf(all);
  }
}
