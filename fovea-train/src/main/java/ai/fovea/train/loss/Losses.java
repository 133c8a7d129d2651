package ai.fovea.train.loss;

import ai.fovea.config.Config;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// The losses that configurations can name.
public final class Losses {
  private final Map<String, LossProvider.Factory> factories;

  private Losses(Map<String, LossProvider.Factory> factories) {
    this.factories = factories;
  }

  /// Returns the losses of all providers on the class path.
  ///
  /// @throws IllegalStateException if two providers have a loss of the same name
  public static Losses load() {
    var all = new TreeMap<String, LossProvider.Factory>();
    for (LossProvider provider : ServiceLoader.load(LossProvider.class)) {
      provider
          .losses()
          .forEach((name, factory) -> {
            if (all.putIfAbsent(name, factory) != null) {
              throw new IllegalStateException(
                  provider.getClass().getName()
                      + ": there is a loss '"
                      + name
                      + "' already; give this one another name");
            }
          });
    }
    return new Losses(all);
  }

  /// Makes a loss of its settings; a name that is unknown is noted there as a problem.
  Optional<Loss> create(String name, Config settings, LossContext context) {
    LossProvider.Factory factory = factories.get(name);
    if (factory == null) {
      settings.problem(
          "", "unknown loss '" + name + "'; there are " + String.join(", ", factories.keySet()));
      return Optional.empty();
    }
    Loss loss = factory.create(settings, context);
    settings.refuseUnread(name);
    return Optional.of(loss);
  }
}
