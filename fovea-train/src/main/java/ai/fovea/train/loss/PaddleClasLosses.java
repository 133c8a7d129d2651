package ai.fovea.train.loss;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The losses of PaddleClas, by its names and settings.
public final class PaddleClasLosses implements LossProvider {
  /// Called by [java.util.ServiceLoader].
  public PaddleClasLosses() {}

  @Override
  public Map<String, Factory> losses() {
    var all = new TreeMap<String, Factory>();
    all.put("CELoss", PaddleClasLosses::crossEntropy);
    all.put("TripletLossV2", PaddleClasLosses::triplet);
    all.put("TripletAngularMarginLoss", PaddleClasLosses::tripletAngularMargin);
    all.put("CenterLoss", PaddleClasLosses::center);
    all.put("DistillationCELoss", PaddleClasLosses::distilled);
    all.put("DistillationGTCELoss", PaddleClasLosses::distilledLabels);
    all.put("DistillationDMLLoss", PaddleClasLosses::mutual);
    all.put("DistillationDISTLoss", PaddleClasLosses::dist);
    return all;
  }

  private static Loss crossEntropy(Config settings, LossContext context) {
    return new CELoss(
        reduction(settings),
        settings.number("epsilon", 0),
        context.mixedLabels() ? CELoss.Target.PROBABILITIES : CELoss.Target.LOGITS);
  }

  private static Loss triplet(Config settings, LossContext context) {
    return new TripletLossV2(
        settings.number("margin", 0.5),
        settings.flag("normalize_feature", true),
        features(settings));
  }

  private static Loss tripletAngularMargin(Config settings, LossContext context) {
    return new TripletAngularMarginLoss(
        settings.number("margin", 0.5),
        settings.flag("normalize_feature", true),
        reduction(settings),
        settings.flag("add_absolute", false),
        settings.number("absolute_loss_weight", 1),
        settings.number("ap_value", 0.9),
        settings.number("an_value", 0.5),
        features(settings));
  }

  private static Loss center(Config settings, LossContext context) {
    return new CenterLoss(
        settings.integer("num_classes", 5013, 1),
        settings.integer("feat_dim", 2048, 1),
        features(settings));
  }

  private static Loss distilled(Config settings, LossContext context) {
    return new DistillationCELoss(pairs(settings), settings.number("epsilon", 0), key(settings));
  }

  private static Loss distilledLabels(Config settings, LossContext context) {
    return new DistillationGTCELoss(
        names(settings),
        settings.number("epsilon", 0),
        key(settings),
        context.mixedLabels() ? CELoss.Target.PROBABILITIES : CELoss.Target.LOGITS);
  }

  private static Loss mutual(Config settings, LossContext context) {
    if (settings.flag("weight_ratio", false)) {
      settings.problem("weight_ratio", "several labels an image are not supported");
    }
    return new DistillationDMLLoss(
        pairs(settings),
        DistillationDMLLoss.Activation.of(settings),
        settings.flag("sum_across_class_dim", false),
        key(settings));
  }

  private static Loss dist(Config settings, LossContext context) {
    return new DistillationDISTLoss(
        pairs(settings),
        settings.number("beta", 1),
        settings.number("gamma", 1),
        settings.text("name", "loss_dist"),
        settings.text("key", "logits"));
  }

  private static Reduction reduction(Config settings) {
    String word = settings.text("reduction", "mean");
    try {
      return Reduction.of(word);
    } catch (IllegalArgumentException e) {
      settings.problem("reduction", String.valueOf(e.getMessage()));
      return Reduction.MEAN;
    }
  }

  private static String features(Config settings) {
    return settings.word("feature_from", "features", "features", "backbone");
  }

  /// The output that is compared: `logits` where none is named. The reference's name of the loss has no effect on it.
  private static String key(Config settings) {
    settings.optionalText("name");
    return settings.text("key", "logits");
  }

  private static List<String> names(Config settings) {
    List<String> names = settings.texts("model_names");
    if (names.isEmpty()) {
      settings.problem("model_names", "name the networks that learn the labels, e.g. [Student]");
    }
    return names;
  }

  private static List<DistillationPair> pairs(Config settings) {
    var pairs = new ArrayList<DistillationPair>();
    if (settings.value("model_name_pairs").orElse(List.of()) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof List<?> two && two.size() == 2) {
          pairs.add(new DistillationPair("" + two.getFirst(), "" + two.getLast()));
        } else {
          settings.problem("model_name_pairs", "expected pairs of names, found " + item);
        }
      }
    }
    if (pairs.isEmpty() && settings.problemCount() == 0) {
      settings.problem(
          "model_name_pairs",
          "name the networks of which one learns from the other, e.g. [[Student, Teacher]]");
    }
    return pairs;
  }
}
