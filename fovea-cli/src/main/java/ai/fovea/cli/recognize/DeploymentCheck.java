package ai.fovea.cli.recognize;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.gallery.IndexConfig;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a deployment configuration of PaddleClas (`inference_cls.yaml`, `inference_general.yaml` …) can be used here, with
/// the model, the gallery and the images that it names left out.
public final class DeploymentCheck {
  private DeploymentCheck() {}

  /// All that stands in the way, one line each; empty where nothing does.
  public static List<String> problems(Config config) {
    Set<String> problems = new LinkedHashSet<>(Deployment.unsupported(config));
    Optional<Config> same = Optional.of(config);
    try {
      Deployment.refuseDetector(same, false);
    } catch (CommandException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    try {
      Deployment.operations(same)
          .ifPresent(operations -> Deployment.preprocessing(config, operations));
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    Deployment.threshold(same);
    Deployment.nearest(same);
    PostProcessing.of(config);
    if (config.has("IndexProcess")) {
      IndexConfig.of(config);
    }
    if (Deployment.model(same).isEmpty()) {
      problems.add("Global: names no inference_model_dir and no rec_inference_model_dir");
    }
    try {
      config.check();
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    problems.addAll(Deployment.unreadOptions(config));
    return List.copyOf(problems);
  }
}
