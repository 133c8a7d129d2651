package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import ai.fovea.plan.LossSettings.Reduction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A loss that a configuration asks for.
///
/// @param name as the configuration calls it
/// @param weight multiplies it in the sum
public record LossPlan(String name, double weight, LossSettings settings) {
  static final List<String> SUPPORTED =
      List.of(
          "CELoss",
          "TripletLossV2",
          "TripletAngularMarginLoss",
          "CenterLoss",
          "DistillationCELoss",
          "DistillationGTCELoss",
          "DistillationDMLLoss",
          "DistillationDISTLoss");

  /// Further losses of the reference.
  private static final Set<String> KNOWN =
      Set.of(
          "AFDLoss",
          "CCSSLCELoss",
          "CELossForMetaBIN",
          "ContrastiveLoss",
          "ContrastiveLoss_XBM",
          "DCHLoss",
          "DMLLoss",
          "DSHSDLoss",
          "DistanceLoss",
          "DistillationDKDLoss",
          "DistillationDistanceLoss",
          "DistillationKLDivLoss",
          "DistillationMultiLabelLoss",
          "DistillationPairLoss",
          "DistillationRKDLoss",
          "DistillationSKDLoss",
          "DistillationWSLLoss",
          "EmlLoss",
          "GoogLeNetLoss",
          "InterDomainShuffleLoss",
          "IntraDomainScatterLoss",
          "LCDSHLoss",
          "MSMLoss",
          "MixCELoss",
          "MultiLabelAsymmetricLoss",
          "MultiLabelLoss",
          "NpairsLoss",
          "PairwiseCosface",
          "RKDLoss",
          "SigmoidFocalLoss",
          "SoftSupConLoss",
          "SoftTargetCrossEntropy",
          "SupConLoss",
          "TripletLoss",
          "TripletLossForMetaBIN");

  private static final Range COSINE = Range.between(-1, 1);

  /// What the names of all parameters of losses begin with.
  public static final String PARAMETERS = "loss_func.";

  /// Returns what the names of a loss's parameters begin with: `loss_func.0.` for the first loss, as in the reference's
  /// checkpoints.
  public static String prefix(int index) {
    return PARAMETERS + index + ".";
  }

  /// Reads the list of losses at `key`, each with its settings and a `weight`.
  ///
  /// @param provided further losses
  /// @return at least one
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static List<LossPlan> read(Config config, String key, Provided provided) {
    var losses = new ArrayList<LossPlan>();
    List<Config.Named> all = config.named(key);
    for (Config.Named named : all) {
      Config section = named.settings();
      double weight = section.number("weight", 1, Range.atLeast(0));
      settings(named.name(), section, provided)
          .ifPresent(settings -> losses.add(new LossPlan(named.name(), weight, settings)));
    }
    if (all.isEmpty()) {
      config.problem(key, "names no loss, and training needs one");
    }
    config.check();
    return List.copyOf(losses);
  }

  private static Optional<LossSettings> settings(String name, Config section, Provided provided) {
    Optional<LossSettings> read = named(name, section, provided);
    if (read.isPresent()) {
      section.refuseUnread(name);
      return read;
    }
    var supported = new ArrayList<>(SUPPORTED);
    supported.addAll(provided.losses().keySet());
    section.problem("", Names.unknown("loss", name, supported, KNOWN));
    // Of the one that is meant, what is wrong with its settings is told too.
    Optional<String> meant = KNOWN.contains(name) ? Optional.empty() : Names.meant(name, supported);
    if (meant.flatMap(n -> named(n, section, provided)).isPresent()) {
      section.refuseUnread(meant.get());
    } else {
      section.raw(); // its keys are no mistakes
    }
    return Optional.empty();
  }

  private static Optional<LossSettings> named(String name, Config section, Provided provided) {
    LossSettings settings;
    switch (name) {
      case "CELoss" ->
          settings =
              new LossSettings.CrossEntropy(
                  reduction(section), section.number("epsilon", 0, Range.between(0, 1)));
      case "TripletLossV2" ->
          settings =
              new LossSettings.TripletV2(
                  section.number("margin", 0.5, Range.atLeast(0)),
                  section.flag("normalize_feature", true),
                  features(section));
      case "TripletAngularMarginLoss" ->
          settings =
              new LossSettings.TripletAngularMargin(
                  section.number("margin", 0.5, Range.atLeast(0)),
                  section.flag("normalize_feature", true),
                  reduction(section),
                  section.flag("add_absolute", false),
                  section.number("absolute_loss_weight", 1, Range.atLeast(0)),
                  section.number("ap_value", 0.9, COSINE),
                  section.number("an_value", 0.5, COSINE),
                  features(section));
      case "CenterLoss" ->
          settings =
              new LossSettings.Center(
                  section.integer("num_classes", 5013, 1),
                  section.integer("feat_dim", 2048, 1),
                  features(section));
      case "DistillationCELoss" -> {
        section.optionalText("name");
        settings =
            new LossSettings.DistillationCrossEntropy(
                pairs(section),
                section.number("epsilon", 0, Range.between(0, 1)),
                compared(section));
      }
      case "DistillationGTCELoss" -> {
        section.optionalText("name");
        settings =
            new LossSettings.DistillationLabels(
                names(section),
                section.number("epsilon", 0, Range.between(0, 1)),
                compared(section));
      }
      case "DistillationDMLLoss" -> {
        section.optionalText("name");
        if (section.flag("weight_ratio", false)) {
          section.problem("weight_ratio", "several labels an image are not supported");
        }
        settings =
            new LossSettings.MutualLearning(
                pairs(section),
                activation(section),
                section.flag("sum_across_class_dim", false),
                compared(section));
      }
      case "DistillationDISTLoss" ->
          settings =
              new LossSettings.DistillationCorrelation(
                  pairs(section),
                  section.number("beta", 1, Range.atLeast(0)),
                  section.number("gamma", 1, Range.atLeast(0)),
                  section.text("name", "loss_dist"),
                  compared(section));
      default -> {
        SettingsReader reader = provided.losses().get(name);
        if (reader == null) {
          return Optional.empty();
        }
        reader.read(section);
        settings = new LossSettings.Other(section);
      }
    }
    return Optional.of(settings);
  }

  private static Reduction reduction(Config section) {
    return Reduction.valueOf(
        section.word("reduction", "mean", "mean", "sum", "none").toUpperCase(Locale.ROOT));
  }

  /// The output that is compared: `logits` where none is named.
  private static String compared(Config section) {
    return section.text("key", "logits");
  }

  /// Reads `act`: `softmax`, which is the default, `sigmoid` or null.
  private static LossSettings.Activation activation(Config section) {
    return section.isNull("act")
        ? LossSettings.Activation.NONE
        : LossSettings.Activation.valueOf(
            section.word("act", "softmax", "softmax", "sigmoid").toUpperCase(Locale.ROOT));
  }

  private static Set<String> names(Config section) {
    List<String> names = section.texts("model_names");
    if (names.isEmpty()) {
      section.problem("model_names", "name the networks that learn the labels, e.g. [Student]");
    }
    return new LinkedHashSet<>(names);
  }

  private static List<LossSettings.Pair> pairs(Config section) {
    String key = "model_name_pairs";
    var pairs = new ArrayList<LossSettings.Pair>();
    Object value = section.value(key).orElse(List.of());
    for (Object item : value instanceof List<?> list ? list : List.of(value)) {
      if (item instanceof List<?> two && two.size() == 2) {
        pairs.add(new LossSettings.Pair("" + two.getFirst(), "" + two.getLast()));
      } else {
        section.problem(
            key, "expected pairs of names, e.g. [[Student, Teacher]], found '" + item + "'");
      }
    }
    if (value instanceof List<?> list && list.isEmpty()) {
      section.problem(
          key, "name the networks of which one learns from the other, e.g. [[Student, Teacher]]");
    }
    return pairs;
  }

  private static String features(Config section) {
    return section.word("feature_from", "features", "features", "backbone");
  }
}
