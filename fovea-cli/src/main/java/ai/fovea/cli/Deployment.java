package ai.fovea.cli;

import ai.fovea.config.Config;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.recognize.ModelDescription;
import ai.fovea.recognize.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/// `-c` and `-o`: a deployment configuration of PaddleClas (`inference_cls.yaml`, `inference_general.yaml` …) in place of
/// options. What stands on the command line wins.
///
/// Read are `Global.infer_imgs`, `inference_model_dir`, `rec_inference_model_dir`; for predictions `PreProcess` or
/// `RecPreProcess`, which replace the model folder's own; `PostProcess.Topk.topk`; `IndexProcess.index_dir`, `return_k`, `score_thres`. What concerns devices
/// and detectors is left alone.
@SuppressWarnings("UnusedVariable") // picocli sets the fields
final class Deployment {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "A deployment configuration of PaddleClas that names model, pictures and gallery.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = {"-o", "--override"},
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the configuration, e.g. -o Global.infer_imgs=photos.")
  private List<String> overrides = List.of();

  /// The configuration, if one was named.
  Optional<Config> config(Common common) {
    if (file.isEmpty() && !overrides.isEmpty()) {
      throw common.wrongUsage("-o changes a configuration: name it with -c FILE");
    }
    return file.map(f -> {
      Config config = Config.read(f).override(overrides);
      config.notes().forEach(common::remark);
      return config;
    });
  }

  /// The pictures of the command line, else those of the configuration.
  static List<Path> pictures(Common common, List<Path> given, Optional<Config> config) {
    if (!given.isEmpty()) {
      return given;
    }
    return config
        .flatMap(c -> c.value("Global.infer_imgs"))
        .map(v -> v instanceof List<?> list ? list : List.of(v))
        .map(l -> l.stream().map(v -> Path.of(v.toString())).toList())
        .orElseThrow(() ->
            common.wrongUsage("no pictures: name them, or a configuration with Global.infer_imgs"));
  }

  /// The model folder that the configuration names.
  static Optional<Path> model(Optional<Config> config) {
    return path(config, "Global.inference_model_dir")
        .or(() -> path(config, "Global.rec_inference_model_dir"));
  }

  /// The gallery that the configuration names.
  static Optional<Path> gallery(Optional<Config> config) {
    return path(config, "IndexProcess.index_dir");
  }

  /// The threshold that the configuration names.
  static OptionalDouble threshold(Optional<Config> config) {
    return config
        .flatMap(c -> c.find("IndexProcess"))
        .map(c -> c.optionalNumber("score_thres"))
        .orElse(OptionalDouble.empty());
  }

  /// How many neighbours the configuration asks for.
  static Optional<Integer> nearest(Optional<Config> config) {
    return config
        .flatMap(c -> c.find("IndexProcess"))
        .filter(c -> c.has("return_k"))
        .map(c -> c.integer("return_k"));
  }

  /// How many classes the configuration asks for.
  static Optional<Integer> topk(Optional<Config> config) {
    return config
        .flatMap(c -> c.find("PostProcess.Topk"))
        .filter(c -> c.has("topk"))
        .map(c -> c.integer("topk"));
  }

  /// The model with the configuration's preparation of pictures, where it has one.
  static ModelFolder prepared(ModelFolder folder, Optional<Config> config) {
    Optional<List<?>> operations =
        config
            .flatMap(c ->
                c.value("PreProcess.transform_ops")
                    .or(() -> c.value("RecPreProcess.transform_ops")))
            .filter(List.class::isInstance)
            .map(v -> (List<?>) v);
    if (operations.isEmpty()) {
      return folder;
    }
    ModelDescription d = folder.description();
    return new ModelFolder(
        folder.place(),
        new ModelDescription(
            d.name(),
            Preprocessing.parse(operations.get(), Dialect.DEPLOYMENT),
            d.output(),
            d.normalize(),
            d.labels(),
            d.topk()),
        folder.network());
  }

  private static Optional<Path> path(Optional<Config> config, String key) {
    return config.flatMap(c -> c.value(key)).map(v -> Path.of(v.toString()));
  }
}
