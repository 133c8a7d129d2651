package ai.fovea.data;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The list `batch_transform_ops` of a configuration.
public final class BatchTransforms {
  private static final String CLASSES = "class_num";

  private static final List<String> SUPPORTED =
      List.of("MixupOperator", "CutmixOperator", "OpSampler");

  private BatchTransforms() {}

  /// Reads the list at a key: MixupOperator, CutmixOperator, OpSampler.
  ///
  /// @param section what is wrong is noted there
  /// @param classes how many classes there are
  /// @return the transforms; those that could not be read are left out
  public static List<BatchTransform> read(Config section, String key, int classes) {
    var all = new ArrayList<BatchTransform>();
    for (Config.Named named : section.named(key)) {
      one(named.name(), named.settings(), classes).ifPresent(all::add);
    }
    return all;
  }

  private static Optional<BatchTransform> one(String name, Config settings, int classes) {
    Optional<String> read = SUPPORTED.contains(name) ? Optional.of(name) : Optional.empty();
    if (read.isEmpty()) {
      settings.problem("", Names.unknown("batch transform", name, SUPPORTED, List.of()));
      // Of the one that is meant, what is wrong with its settings is told too.
      read = Names.meant(name, SUPPORTED);
    }
    if (read.isEmpty()) {
      settings.raw(); // its keys are no mistakes
      return Optional.empty();
    }
    Optional<BatchTransform> made =
        switch (read.get()) {
          case "MixupOperator" -> {
            double alpha = alpha(settings, 1, classes);
            yield Optional.of(new Mixup(classes, alpha));
          }
          case "CutmixOperator" -> {
            double alpha = alpha(settings, 0.2, classes);
            yield Optional.of(new Cutmix(classes, alpha));
          }
          default -> sampler(settings, classes);
        };
    settings.refuseUnread(read.get());
    return made;
  }

  /// The parameter of the distribution of shares. The number of classes is the network's, whatever is given; another one is a
  /// problem.
  private static double alpha(Config settings, double defaultValue, int classes) {
    if (settings.has(CLASSES)) {
      int given = settings.integer(CLASSES, 1, 1);
      if (classes > 0 && given != classes) {
        settings.problem(CLASSES, "the network has " + classes + ", found " + given);
      }
    }
    return settings.number("alpha", defaultValue, Range.above(0));
  }

  private static Optional<BatchTransform> sampler(Config settings, int classes) {
    var choices = new ArrayList<OneOf.Choice>();
    for (String name : settings.keys()) {
      Config one = settings.at(name);
      double probability = one.number("prob", 0, Range.between(0, 1));
      one(name, one, classes).ifPresent(t -> choices.add(new OneOf.Choice(t, probability)));
    }
    try {
      return Optional.of(new OneOf(choices, classes));
    } catch (IllegalArgumentException e) {
      settings.problem("", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
