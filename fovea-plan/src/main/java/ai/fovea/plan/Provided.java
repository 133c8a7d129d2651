package ai.fovea.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;

/// What every [SettingsProvider] on the class path makes known.
///
/// @param losses by name
/// @param metrics by name
public record Provided(Map<String, SettingsReader> losses, Map<String, SettingsReader> metrics) {
  /// @throws IllegalArgumentException where a name is one of Fovea's own
  public Provided {
    losses = Map.copyOf(losses);
    metrics = Map.copyOf(metrics);
    refuse("loss", losses, LossPlan.SUPPORTED::contains);
    refuse("metric", metrics, MetricPlan.SUPPORTED::contains);
  }

  /// Looks for providers.
  public static Provided load() {
    Map<String, SettingsReader> losses = new LinkedHashMap<>();
    Map<String, SettingsReader> metrics = new LinkedHashMap<>();
    for (SettingsProvider provider : ServiceLoader.load(SettingsProvider.class)) {
      losses.putAll(provider.losses());
      metrics.putAll(provider.metrics());
    }
    return new Provided(losses, metrics);
  }

  private static void refuse(
      String kind, Map<String, SettingsReader> names, Function<String, Boolean> own) {
    names.keySet().stream()
        .filter(own::apply)
        .findFirst()
        .ifPresent(name -> {
          throw new IllegalArgumentException(
              "a provider can't replace the " + kind + " " + name + ", which Fovea has itself");
        });
  }
}
