package ai.fovea.cli.train;

import ai.fovea.cli.DeploymentCheck;
import ai.fovea.config.Config;
import ai.fovea.train.ConfigurationCheck;
import java.util.List;

/// The kinds of configuration files that users of PaddleClas and PaddleX have.
enum ConfigurationKind {
  /// `tools/train.py`, `eval.py`, `export_model.py`.
  TRAINING,
  /// `deploy/python/predict_cls.py`, `predict_rec.py`, `predict_system.py`, `build_gallery.py`.
  DEPLOYMENT,
  /// A module of PaddleX: `Global.model`, `Train`, `Evaluate`, `Predict`.
  PADDLEX_MODULE,
  /// A pipeline of PaddleX: `Pipeline`.
  PADDLEX_PIPELINE,
  /// PaddleClas before 2.2: `ARCHITECTURE`, `TRAIN`, `VALID`.
  STATIC_GRAPH,
  /// A search over settings of another configuration: `base_config_file`.
  STRATEGY_SEARCH;

  /// The kind of a file, by its sections; one that has none of those that tell is taken for a training configuration.
  static ConfigurationKind of(Config config) {
    if (config.has("Pipeline")) {
      return PADDLEX_PIPELINE;
    }
    if (config.has("ARCHITECTURE")) {
      return STATIC_GRAPH;
    }
    if (config.has("base_config_file")) {
      return STRATEGY_SEARCH;
    }
    if (config.has("Arch")) {
      return TRAINING;
    }
    if (config.has("Global.model") && config.has("Global.mode")) {
      return PADDLEX_MODULE;
    }
    boolean deployed =
        List.of("PreProcess", "RecPreProcess", "DetPreProcess", "IndexProcess").stream()
            .anyMatch(config::has);
    return deployed ? DEPLOYMENT : TRAINING;
  }

  /// All that stands in the way of using such a file here, with data and weights left out, one line each.
  List<String> problems(Config config) {
    return switch (this) {
      case TRAINING -> ConfigurationCheck.problems(config);
      case DEPLOYMENT -> DeploymentCheck.problems(config);
      case PADDLEX_MODULE ->
          List.of(
              "configurations of PaddleX modules are not read; what they train is described by the"
                  + " PaddleClas configuration of the same name in paddlex_paddleclas_api");
      case PADDLEX_PIPELINE -> List.of("pipelines of PaddleX are not read");
      case STATIC_GRAPH ->
          List.of("configurations from before PaddleClas 2.2 (ARCHITECTURE, TRAIN) are not read");
      case STRATEGY_SEARCH -> List.of("searches over settings are not supported");
    };
  }
}
