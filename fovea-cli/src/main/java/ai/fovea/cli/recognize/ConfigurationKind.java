package ai.fovea.cli.recognize;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The kinds of configuration files that users of PaddleClas and PaddleX have.
public enum ConfigurationKind {
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

  private static final List<String> MODULE = List.of("model", "mode");
  private static final List<String> DEPLOYED =
      List.of("PreProcess", "RecPreProcess", "DetPreProcess", "IndexProcess");

  /// The kind of a file, by its sections; one that has none of those that tell is taken for a training configuration.
  public static ConfigurationKind of(Config config) {
    // By names alone: a key that is looked up counts as read.
    Set<String> sections = config.keys();
    if (sections.contains("Pipeline")) {
      return PADDLEX_PIPELINE;
    }
    if (sections.contains("ARCHITECTURE")) {
      return STATIC_GRAPH;
    }
    if (sections.contains("base_config_file")) {
      return STRATEGY_SEARCH;
    }
    if (sections.contains("Arch")) {
      return TRAINING;
    }
    if (sections.contains("Global")
        && config.find("Global").map(Config::keys).orElse(Set.of()).containsAll(MODULE)) {
      return PADDLEX_MODULE;
    }
    return DEPLOYED.stream().anyMatch(sections::contains) ? DEPLOYMENT : TRAINING;
  }

  /// Why no command reads files of this kind; empty where some do.
  public Optional<String> notRead() {
    return switch (this) {
      case TRAINING, DEPLOYMENT -> Optional.empty();
      case PADDLEX_MODULE ->
          Optional.of(
              "configurations of PaddleX modules are not read; what they train is described by the"
                  + " PaddleClas configuration of the same name in paddlex_paddleclas_api");
      case PADDLEX_PIPELINE -> Optional.of("pipelines of PaddleX are not read");
      case STATIC_GRAPH ->
          Optional.of(
              "configurations from before PaddleClas 2.2 (ARCHITECTURE, TRAIN) are not read");
      case STRATEGY_SEARCH -> Optional.of("searches over settings are not supported");
    };
  }

  /// Refuses a training command's file that is of another kind.
  ///
  /// @throws ConfigException saying which command reads such files, if any does
  public static void requireTraining(Path file, Config config) {
    ConfigurationKind kind = of(config);
    if (kind != TRAINING) {
      throw new ConfigException(
          file
              + ": "
              + kind.notRead()
                  .orElse(
                      "a deployment configuration; `fovea predict -c`, `fovea recognize -c` and"
                          + " `fovea gallery build -c` read it"));
    }
  }

  /// Refuses a file that is no deployment configuration for certain.
  ///
  /// @throws ConfigException saying which commands read such files, if any do
  static void requireDeployment(Path file, Config config) {
    ConfigurationKind kind = of(config);
    if (kind.notRead().isPresent() || config.keys().contains("Arch")) {
      throw new ConfigException(
          file
              + ": "
              + kind.notRead()
                  .orElse(
                      "a training configuration; `fovea infer -c` runs its network, `fovea export"
                          + " -c` makes a model folder of it"));
    }
  }
}
