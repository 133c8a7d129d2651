package ai.fovea.data;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The list `batch_transform_ops` of a configuration.
public final class BatchTransforms {
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
    Optional<BatchTransform> read =
        switch (name) {
          case "MixupOperator" -> {
            double alpha = settings.number("alpha", 1);
            yield made(settings, "alpha", () -> new Mixup(classes, alpha));
          }
          case "CutmixOperator" -> {
            double alpha = settings.number("alpha", 0.2);
            yield made(settings, "alpha", () -> new Cutmix(classes, alpha));
          }
          case "OpSampler" -> sampler(settings, classes);
          default -> {
            settings.raw(); // its keys are no mistakes
            settings.problem(
                "",
                "there is no batch transform '"
                    + name
                    + "'; there are MixupOperator, CutmixOperator, OpSampler");
            yield Optional.empty();
          }
        };
    if (read.isPresent()) {
      settings.refuseUnread(name);
    }
    return read;
  }

  private static Optional<BatchTransform> sampler(Config settings, int classes) {
    var choices = new ArrayList<OneOf.Choice>();
    for (String name : settings.keys()) {
      Config one = settings.at(name);
      double probability = one.number("prob", 0);
      one(name, one, classes)
          .flatMap(t -> made(one, "prob", () -> new OneOf.Choice(t, probability)))
          .ifPresent(choices::add);
    }
    return made(settings, "", () -> new OneOf(choices, classes));
  }

  private static <T> Optional<T> made(Config section, String key, Supplier<? extends T> make) {
    try {
      return Optional.of(make.get());
    } catch (IllegalArgumentException e) {
      section.problem(key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
