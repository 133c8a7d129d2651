package ai.fovea.cli.recognize;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.gallery.IndexConfig;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.Inputs;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.config.Device;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.recognize.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// `-c` and `-o`: a deployment configuration of PaddleClas (`inference_cls.yaml`, `inference_general.yaml` …) in place of
/// options. What stands on the command line wins.
///
/// Read are `Global.infer_imgs`, for recognition in its place `Eval.cls_label_path` with `image_root`, `inference_model_dir`, `rec_inference_model_dir`; for predictions `PreProcess` or
/// `RecPreProcess`, which replace the model folder's own; `PostProcess` ([PostProcessing]); `IndexProcess.index_dir`, `return_k`, `score_thres`.
/// What concerns the reference's engine is told to have no effect.
@SuppressWarnings("UnusedVariable") // picocli sets the fields
public final class Deployment {
  /// Keys of the reference's engine, of stages that are not there, and of other commands; the group is what is told. Of sections
  /// that some command reads only the keys that it reads: others are misspelt.
  private static final Pattern WITHOUT_EFFECT =
      Pattern.compile(
          "(Global\\.(?:enable_mkldnn|cpu_num_threads|enable_benchmark|use_fp16|use_int8|ir_optim"
              + "|use_tensorrt|use_onnx|use_openvino|gpu_mem|gpu_id|enable_profile|batch_size"
              + "|image_shape|threshold|max_det_results|label_list|rec_nms_thresold|use_xpu|use_npu"
              + "|use_mlu|use_gcu|det_inference_model_dir)"
              + "|DetPreProcess|DetPostProcess|RecPostProcess|Eval"
              + "|(?:Rec)?PreProcess(?=$|\\.transform_ops(?:\\.|$))"
              + "|PostProcess\\.(?:main_indicator|SavePreLabel(?=$|\\.save_dir$)"
              + "|Topk(?=$|\\.(?:topk|class_id_map_file|delimiter|label_list)(?:\\.|$)))"
              + "|IndexProcess\\.batch_size)(?:\\..*)?");

  private static final String IMAGES = "Global.infer_imgs";

  /// Keys of the sections that say what becomes of a model's output, other than names of what is not supported.
  private static final Set<String> SUPPORTED_POST =
      Set.of("main_indicator", "Topk", "SavePreLabel");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "A deployment configuration of PaddleClas that names model, images and gallery.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = {"-o", "--override"},
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the configuration, e.g. -o Global.infer_imgs=photos.")
  private List<String> overrides = List.of();

  /// The configuration, if one was named.
  public Optional<Config> config(Common common) {
    if (file.isEmpty() && !overrides.isEmpty()) {
      throw common.wrongUsage("-o changes a configuration: name it with -c FILE");
    }
    return file.map(f -> {
      Config config = Config.read(f).override(overrides);
      ConfigurationKind.requireDeployment(f, config);
      return config;
    });
  }

  /// To be called when a command has read what it reads: refuses what is wrong and options that nothing reads.
  ///
  /// @throws ConfigException with every option that nothing reads, here or in another command that takes such a file
  public static void refuseWrong(Optional<Config> config) {
    config.ifPresent(c -> Config.all(c::check, () -> refuse(c)));
  }

  /// Tells once which keys have no effect, where nothing was refused.
  public static void tell(Optional<Config> config, Common common) {
    config.ifPresent(c -> tell(c, common));
  }

  /// The options that no command that takes such files reads, as problems: those commands share their files and command lines,
  /// so the keys of all count.
  static List<String> unreadOptions(Config config) {
    var apart = Optional.of(config.apart());
    model(apart);
    gallery(apart);
    threshold(apart);
    nearest(apart);
    operations(apart);
    for (String key : List.of(IMAGES, "Eval.cls_label_path", "Eval.image_root")) {
      apart.get().has(key);
    }
    apart.get().find("Global").ifPresent(Device::note);
    IndexConfig.of(apart.get());
    return config.unreadOptions().stream()
        .filter(key -> !WITHOUT_EFFECT.matcher(key).matches())
        .map(key ->
            "-o "
                + key
                + ": nothing reads this key"
                + config.nearest(key).map(n -> "; do you mean " + n + "?").orElse(""))
        .toList();
  }

  private static void refuse(Config config) {
    List<String> problems = new ArrayList<>(unsupported(config));
    problems.addAll(unreadOptions(config));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void tell(Config config, Common common) {
    config.find("Global").flatMap(Device::note).ifPresent(common::note);
    List<String> unread =
        config.unread().stream()
            .map(key -> {
              var known = WITHOUT_EFFECT.matcher(key);
              return known.matches() && !key.startsWith("Eval.") ? known.group(1) : key;
            })
            .distinct()
            .toList();
    if (!unread.isEmpty()) {
      common.note("without effect here: " + String.join(", ", unread));
    }
  }

  /// What of the configuration changes a result in a way that is not supported: another result would be given in its place.
  static List<String> unsupported(Config config) {
    List<String> problems = new ArrayList<>();
    for (String section : List.of("PostProcess", "RecPostProcess")) {
      for (String name : config.find(section).map(Config::keys).orElse(Set.of())) {
        String key = section + "." + name;
        if (!SUPPORTED_POST.contains(name) && config.has(key)) {
          problems.add(
              key
                  + ": "
                  + name
                  + " is not supported, and the result would be another without; to go on without"
                  + " it: -o "
                  + key
                  + "=None");
        }
      }
    }
    return problems;
  }

  /// Refuses a configuration with a detector, which is not supported: whole images would be looked at in place of the objects
  /// in them.
  ///
  /// @param anyway whether the user knows that
  static void refuseDetector(Optional<Config> config, boolean anyway) throws CommandException {
    Optional<Path> detector = path(config, "Global.det_inference_model_dir");
    if (detector.isPresent() && !anyway) {
      throw new CommandException(
          "Global.det_inference_model_dir: "
              + detector.get()
              + ": detectors are not supported yet, so the stage that finds the objects in an image"
              + " is missing; to look up whole images instead: --whole-image");
    }
  }

  /// The images of the command line, else those of the configuration.
  static Images images(Common common, List<String> given, Optional<Config> config)
      throws IOException {
    if (!given.isEmpty()) {
      return Images.of(Inputs.of(given, common));
    }
    Object named =
        config
            .flatMap(c -> c.value(IMAGES))
            .orElseThrow(
                () -> common.wrongUsage("no images: name them, or a configuration with " + IMAGES));
    return Images.of(Inputs.of(Inputs.configured(IMAGES, named), common));
  }

  /// The images with their labels that the section `Eval` names, unless the command line names other images.
  Optional<ImageLists.Found> evaluationList(Optional<Config> config) {
    boolean others = overrides.stream().anyMatch(o -> o.startsWith("Global.infer_imgs="));
    return others
        ? Optional.empty()
        : path(config, "Eval.cls_label_path")
            .map(list ->
                new ImageLists(path(config, "Eval.image_root"), Optional.empty(), Optional.empty())
                    .find(List.of(list)));
  }

  /// The model folder that the configuration names.
  public static Optional<Path> model(Optional<Config> config) {
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
        .map(c -> atLeastOne(c, "return_k"));
  }

  /// A count that must be 1 or more; what is wrong is noted in its section.
  static int atLeastOne(Config section, String key) {
    int value = section.integer(key);
    if (value < 1) {
      section.problem(key, "is " + value + ", must be 1 or more");
    }
    return Math.max(1, value);
  }

  /// The model with the configuration's preparation of images, where it has one.
  static ModelFolder prepared(ModelFolder folder, Optional<Config> config) {
    Optional<List<?>> operations = operations(config);
    if (operations.isEmpty()) {
      return folder;
    }
    return folder.withSpecification(
        folder
            .specification()
            .withPreprocessing(preprocessing(config.orElseThrow(), operations.get())));
  }

  /// What operations of a configuration do.
  ///
  /// @throws ConfigException with all that is wrong with them
  static Preprocessing preprocessing(Config config, List<?> operations) {
    try {
      return Preprocessing.parse(operations, Dialect.DEPLOYMENT);
    } catch (IllegalArgumentException e) {
      String key = config.has("PreProcess.transform_ops") ? "PreProcess" : "RecPreProcess";
      throw new ConfigException(
          String.valueOf(e.getMessage())
              .lines()
              .map(line -> key + ".transform_ops: " + line.strip())
              .toList());
    }
  }

  /// How images are prepared, where the configuration says it.
  static Optional<List<?>> operations(Optional<Config> config) {
    return config
        .flatMap(c ->
            c.value("PreProcess.transform_ops").or(() -> c.value("RecPreProcess.transform_ops")))
        .filter(List.class::isInstance)
        .map(v -> (List<?>) v);
  }

  private static Optional<Path> path(Optional<Config> config, String key) {
    return config.flatMap(c -> c.value(key)).map(v -> Path.of(v.toString()));
  }
}
