package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.plan.LossSettings.Reduction;
import java.util.ArrayList;
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
      List.of("CELoss", "TripletLossV2", "TripletAngularMarginLoss");

  /// Further losses of the reference.
  private static final Set<String> KNOWN =
      Set.of(
          "AFDLoss",
          "CCSSLCELoss",
          "CELossForMetaBIN",
          "CenterLoss",
          "ContrastiveLoss",
          "ContrastiveLoss_XBM",
          "DCHLoss",
          "DMLLoss",
          "DSHSDLoss",
          "DistanceLoss",
          "DistillationCELoss",
          "DistillationDISTLoss",
          "DistillationDKDLoss",
          "DistillationDMLLoss",
          "DistillationDistanceLoss",
          "DistillationGTCELoss",
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
      double weight = section.number("weight", 1);
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
    LossSettings settings;
    switch (name) {
      case "CELoss" ->
          settings =
              new LossSettings.CrossEntropy(reduction(section), section.number("epsilon", 0));
      case "TripletLossV2" ->
          settings =
              new LossSettings.TripletV2(
                  section.number("margin", 0.5),
                  section.flag("normalize_feature", true),
                  features(section));
      case "TripletAngularMarginLoss" ->
          settings =
              new LossSettings.TripletAngularMargin(
                  section.number("margin", 0.5),
                  section.flag("normalize_feature", true),
                  reduction(section),
                  section.flag("add_absolute", false),
                  section.number("absolute_loss_weight", 1),
                  section.number("ap_value", 0.9),
                  section.number("an_value", 0.5),
                  features(section));
      default -> {
        SettingsReader reader = provided.losses().get(name);
        if (reader == null) {
          var supported = new ArrayList<>(SUPPORTED);
          supported.addAll(provided.losses().keySet());
          section.raw(); // its keys are no mistakes
          section.problem("", Names.unknown("loss", name, supported, KNOWN));
          return Optional.empty();
        }
        reader.read(section);
        settings = new LossSettings.Other(section);
      }
    }
    section.refuseUnread(name);
    return Optional.of(settings);
  }

  private static Reduction reduction(Config section) {
    return Reduction.valueOf(
        section.word("reduction", "mean", "mean", "sum", "none").toUpperCase(Locale.ROOT));
  }

  private static String features(Config section) {
    return section.word("feature_from", "features", "features", "backbone");
  }
}
