package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import ai.fovea.data.ImageList;
import ai.fovea.graph.Op;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The sections `Global`, `Arch`, `EMA` of a PaddleClas configuration, and what of `DataLoader` evaluation and export
/// need, checked.
///
/// Keys beyond the reference's, all in `Global`: `replace_unreadable_images` (a training image that can't be read is told and
/// another of its label taken, rather than the run refused), `accept_damaged_images` (of a damaged image, which is told, what
/// can be decoded is taken; training and evaluation), `check_images` (whether every image is looked at before the run), `freeze_norm_stats` (batch norms use the loaded statistics in training
/// too) and `pretrained_share` (what is evaluated and exported lies on the line between the pretrained and the trained
/// weights; Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
///
/// @param config the whole
/// @param arch what [ai.fovea.models.Models] builds
/// @param imageSize of evaluation and export
/// @param output folder of this run: `output_dir/NAME`
/// @param retrieval whether evaluation searches a gallery rather than naming classes
/// @param features which output is searched with: `features` or `backbone`
/// @param imprintHead whether the head starts as the mean features of the classes
/// @param normalizeFeatures whether features are compared by their cosine
/// @param replaceUnreadable whether a training image that can't be read is replaced by another of its label
/// @param checkImages whether every image is looked at before the run
/// @param decoder how images are decoded: damaged ones too, or not
/// @param archPretrained `Arch.pretrained`, what training starts from where nothing else is named
/// @param pretrained `Global.pretrained_model`
/// @param backbonePretrained `Arch.Backbone.pretrained`
/// @param checkpoints `Global.checkpoints`, what training goes on from
public record Recipe(
    Config config,
    Config arch,
    Op.Size imageSize,
    Path output,
    int epochs,
    int saveInterval,
    boolean evalDuringTrain,
    int evalInterval,
    int startEvalEpoch,
    int printEvery,
    int updateFrequency,
    long seed,
    boolean retrieval,
    String features,
    boolean freezeNormStats,
    boolean imprintHead,
    boolean normalizeFeatures,
    boolean replaceUnreadable,
    boolean checkImages,
    ImageDecoder decoder,
    Optional<Path> archPretrained,
    Optional<Path> pretrained,
    Optional<Path> backbonePretrained,
    Optional<Path> checkpoints,
    OptionalDouble ema,
    OptionalDouble pretrainedShare) {

  private static final String SHAPE = "image_shape";
  private static final int CHANNELS = 3;

  /// Reads a configuration.
  ///
  /// @throws ai.fovea.config.ConfigException listing all that is wrong
  public static Recipe of(Config config) {
    Recipe recipe = unchecked(config);
    config.check();
    return recipe;
  }

  /// As [#of], for runs, which look at everything that they need before they begin: what is wrong is noted in the configuration,
  /// has a harmless value here, and is thrown by them with all else that is wrong.
  public static Recipe unchecked(Config config) {
    Config global = config.at("Global");
    Config archSection = config.at("Arch");
    String name = archSection.text("name", "");
    if (name.isEmpty()) {
      archSection.problem("name", "which network? e.g. RecModel or PPLCNet_x1_0");
    }
    Optional<Path> backbone = start(config, "Arch.Backbone.pretrained");
    Optional<Path> whole = start(config, "Arch.pretrained");
    others(global);
    long[] shape = global.integers(SHAPE);
    if (!isShape(shape)) {
      global.problem(SHAPE, "channels, height and width are needed, e.g. [3, 224, 224]");
      shape = new long[] {CHANNELS, 224, 224};
    } else if (shape[0] != CHANNELS) {
      global.problem(
          SHAPE,
          "images have %d channels here, found %d; the first number is that of the channels"
              .formatted(CHANNELS, shape[0]));
    }
    boolean retrieval = isRetrieval(config, global);
    String features = global.text("retrieval_feature_from", "features");
    OptionalDouble ema =
        config.has("EMA")
            ? OptionalDouble.of(config.at("EMA").number("decay", 0.9999, Range.below(0, 1)))
            : OptionalDouble.empty();
    OptionalDouble share =
        global.has("pretrained_share")
            ? OptionalDouble.of(global.number("pretrained_share", Range.between(0, 1)))
            : OptionalDouble.empty();
    if (ema.isPresent() && share.isPresent()) {
      global.problem(
          "pretrained_share", "goes with no EMA: both say what is evaluated and exported");
    }
    return new Recipe(
        config,
        archSection,
        new Op.Size((int) shape[1], (int) shape[2]),
        Path.of(global.text("output_dir", "./output")).resolve(name.isEmpty() ? "model" : name),
        positive(global, "epochs", 1),
        saveInterval(global),
        global.flag("eval_during_train", true),
        positive(global, "eval_interval", 1),
        global.integer("start_eval_epoch", 0, 0),
        positive(global, "print_batch_step", 10),
        positive(global, "update_freq", 1),
        global.optionalLong("seed").orElse(42),
        retrieval,
        features,
        global.flag("freeze_norm_stats", false),
        global.flag("imprint_head", false),
        global.flag("feature_normalize", true),
        global.flag("replace_unreadable_images", false),
        global.flag("check_images", true),
        ImageDecoder.STANDARD.withAcceptDamage(global.flag("accept_damaged_images", false)),
        whole,
        weights(config, "Global.pretrained_model", global.value("pretrained_model").orElse(null)),
        backbone,
        weights(config, "Global.checkpoints", global.value("checkpoints").orElse(null)),
        ema,
        share);
  }

  /// Returns the networks of `Arch`, which must have a `name`.
  public Architecture architecture() {
    return Architecture.of(config, archPretrained, backbonePretrained);
  }

  /// Returns the name of the output that is measured and served.
  public String servedOutput() {
    return retrieval ? features : "logits";
  }

  /// `{C, H, W}` of evaluation and export.
  public int[] imageShape() {
    return Arrays.stream(config.at("Global").integers("image_shape"))
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /// Whether `eval_mode` is that of a search; where it is neither, the data tell what is meant.
  private static boolean isRetrieval(Config config, Config global) {
    String key = "eval_mode";
    List<String> modes = List.of("classification", "retrieval");
    String mode = global.text(key, modes.getFirst());
    boolean isText = !global.has(key) || global.value(key).orElse("") instanceof String;
    if (isText && modes.contains(mode)) {
      return mode.equals("retrieval");
    }
    if (isText) { // that it is none is told already
      global.problem(
          key,
          "expected classification or retrieval, found '%s'%s"
              .formatted(mode, Names.suggestion(mode, modes)));
    }
    return config.has("DataLoader.Eval.Query");
  }

  private static boolean isShape(long[] shape) {
    return shape.length == 3
        && Arrays.stream(shape).allMatch(size -> size >= 1 && size <= Integer.MAX_VALUE);
  }

  /// Whether `image_shape` is one: where it is not, [#imageSize] is a size that nobody asked for.
  boolean hasImageShape() {
    return isShape(config.apart().at("Global").integers(SHAPE));
  }

  /// How often an epoch is kept by itself; as in the reference, -1 keeps none.
  private static int saveInterval(Config global) {
    int value = global.integer("save_interval", 1);
    if (value < 1 && value != -1) {
      global.problem("save_interval", "must be at least 1, or -1 for none, not " + value);
      return 1;
    }
    return value;
  }

  /// Notes what can't be taken from the reference's further keys of `Global`.
  private static void others(Config global) {
    if (global.integer("image_channel", CHANNELS) != CHANNELS) {
      global.problem(
          "image_channel", "images have 3 channels here, another number is not supported");
    }
  }

  private static int positive(Config section, String key, int otherwise) {
    int value = section.integer(key, otherwise);
    if (value < 1) {
      section.problem(key, "must be at least 1, not " + value);
    }
    return Math.max(1, value);
  }

  private static Optional<Path> start(Config config, String key) {
    return start(config, config, key, config.value(key).orElse(null));
  }

  /// As [#weights], for weights to start from. Where others take their place it does not matter that they can't be had.
  ///
  /// @param section where a problem with the value is noted
  static Optional<Path> start(Config config, Config section, String key, @Nullable Object value) {
    boolean replaced = config.has("Global.pretrained_model") || config.has("Global.checkpoints");
    boolean remote = value instanceof Boolean || (value instanceof String s && s.contains("://"));
    return replaced && remote ? Optional.empty() : weights(section, key, value);
  }

  /// The weights that a value names: `False` and nothing mean none; `True` would mean a download, which there is none.
  ///
  /// @param config where a problem with the value is noted
  static Optional<Path> weights(Config config, String key, @Nullable Object value) {
    return switch (value) {
      case String s when !s.equalsIgnoreCase("none") && !s.isBlank() && !s.contains("://") ->
          Optional.of(Path.of(s));
      case String s when s.contains("://") -> {
        config.problem(key, "nothing is downloaded: give the path of a .pdparams file, not " + s);
        yield Optional.empty();
      }
      case Boolean b when b -> {
        config.problem(
            key,
            "nothing is downloaded: give the path of a .pdparams file instead of True; to start"
                + " from random weights: -o "
                + (config.path().isEmpty() ? key : config.path() + "." + key)
                + "=False");
        yield Optional.empty();
      }
      case null, default -> Optional.empty();
    };
  }

  /// The images of one data set with the way to prepare them.
  ///
  /// @param section e.g. `DataLoader.Train`
  /// @param decoder how they are decoded
  public record Data(
      Config section, ImageList list, Preprocessing preprocessing, ImageDecoder decoder) {
    /// Batch size of an evaluation where none is given.
    public static final int BATCH_SIZE = 64;

    /// Batch size of an evaluation.
    public int batchSize() {
      return section.integer("sampler.batch_size", BATCH_SIZE);
    }

    /// One label an image.
    public long[] labels() {
      return list.samples().stream().mapToLong(s -> s.label()).toArray();
    }

    /// The files.
    public List<Path> files() {
      return list.samples().stream().map(s -> s.file()).toList();
    }
  }

  /// Reads the data set of a `DataLoader` section.
  ///
  /// @param key e.g. `DataLoader.Eval.Query`
  public Data data(String key) {
    return data(config, key, decoder);
  }

  private static Data data(Config config, String key, ImageDecoder decoder) {
    Config section = config.at(key);
    Config dataset = section.at("dataset");
    ImageList list = ImageList.of(dataset);
    Preprocessing preprocessing = preprocessing(dataset);
    config.check();
    return new Data(section, list, preprocessing, decoder);
  }

  /// Reads how a data set prepares images; what is wrong is noted as a problem of it.
  public static Preprocessing preprocessing(Config dataset) {
    String key =
        Stream.of("transform_ops", "transforms", "transform")
            .filter(dataset::has)
            .findFirst()
            .orElse("transform_ops");
    return Preprocessing.read(dataset, key, Dialect.TRAINING);
  }
}
