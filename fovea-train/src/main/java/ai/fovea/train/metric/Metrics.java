package ai.fovea.train.metric;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/// The metrics of a list in a configuration.
public final class Metrics {
  private Metrics() {}

  /// Reads the list at a key; those that are unknown are refused, since their figures would be missing.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong
  public static List<Metric> read(Config config, String key) {
    Map<String, Function<Config, Metric>> known = known();
    var all = new ArrayList<Metric>();
    for (Config.Named named : config.named(key)) {
      Function<Config, Metric> factory = known.get(named.name());
      if (factory == null) {
        config.problem(
            key,
            named.name()
                + " is not supported; there are "
                + String.join(", ", known.keySet())
                + "; to go on without it: -o "
                + key
                + "=None");
      } else {
        all.add(factory.apply(named.settings()));
        named.settings().refuseUnread(named.name());
      }
    }
    config.check();
    return List.copyOf(all);
  }

  private static Map<String, Function<Config, Metric>> known() {
    var all = new TreeMap<String, Function<Config, Metric>>();
    for (MetricProvider provider : ServiceLoader.load(MetricProvider.class)) {
      provider
          .metrics()
          .forEach((name, factory) -> {
            if (all.putIfAbsent(name, factory) != null) {
              throw new IllegalStateException(
                  provider.getClass().getName()
                      + ": there is a metric '"
                      + name
                      + "' already; give this one another name");
            }
          });
    }
    return all;
  }

  /// Returns the figures of all metrics, in order.
  public static Map<String, Double> values(List<Metric> metrics, MetricInput input) {
    var all = new LinkedHashMap<String, Double>();
    metrics.forEach(m -> all.putAll(m.values(input)));
    return all;
  }
}
