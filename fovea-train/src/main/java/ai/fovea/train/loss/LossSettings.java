package ai.fovea.train.loss;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The settings of one loss in a configuration. Collects what is wrong.
final class LossSettings {
  private final String name;
  private final Map<?, ?> settings;
  private final List<String> problems;
  private final Set<String> known = new HashSet<>();

  LossSettings(String name, Object settings, List<String> problems) {
    this.name = name;
    this.settings = settings instanceof Map<?, ?> map ? map : Map.of();
    this.problems = problems;
  }

  Optional<Loss> loss() {
    int before = problems.size();
    Optional<Loss> loss =
        switch (name) {
          case "CELoss" -> Optional.of(new CELoss(reduction("mean"), number("epsilon", 0)));
          case "TripletLossV2" ->
              Optional.of(
                  new TripletLossV2(
                      number("margin", 0.5), flag("normalize_feature", true), features()));
          case "TripletAngularMarginLoss" ->
              Optional.of(
                  new TripletAngularMarginLoss(
                      number("margin", 0.5),
                      flag("normalize_feature", true),
                      reduction("mean"),
                      flag("add_absolute", false),
                      number("absolute_loss_weight", 1),
                      number("ap_value", 0.9),
                      number("an_value", 0.5),
                      features()));
          default -> {
            problems.add(
                name + " is not known; there are CELoss, TripletLossV2, TripletAngularMarginLoss");
            yield Optional.empty();
          }
        };
    if (loss.isPresent()) {
      for (Object key : settings.keySet()) {
        if (!known.contains(key.toString())) {
          problems.add(
              name + " has no setting '" + key + "'; it has " + known.stream().sorted().toList());
        }
      }
    }
    return problems.size() == before ? loss : Optional.empty();
  }

  double number(String key, double otherwise) {
    known.add(key);
    return switch (settings.get(key)) {
      case null -> otherwise;
      case Number n -> n.doubleValue();
      case Object o -> {
        problems.add(name + "." + key + ": a number is needed, not " + o);
        yield otherwise;
      }
    };
  }

  private boolean flag(String key, boolean otherwise) {
    known.add(key);
    return switch (settings.get(key)) {
      case null -> otherwise;
      case Boolean b -> b;
      case Object o -> {
        problems.add(name + "." + key + ": True or False is needed, not " + o);
        yield otherwise;
      }
    };
  }

  private Reduction reduction(String otherwise) {
    known.add("reduction");
    Object word = settings.get("reduction");
    try {
      return Reduction.of(word == null ? otherwise : word.toString());
    } catch (IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
      return Reduction.MEAN;
    }
  }

  private String features() {
    known.add("feature_from");
    Object word = settings.get("feature_from");
    String from = word == null ? "features" : word.toString();
    if (!Arrays.asList("features", "backbone").contains(from)) {
      problems.add(name + ".feature_from: must be features or backbone, not " + from);
    }
    return from;
  }
}
