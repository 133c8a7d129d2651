package ai.fovea.train.metric;

import ai.fovea.plan.MetricPlan;
import ai.fovea.plan.SettingsReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// The metrics that plans describe.
public final class Metrics {
  private Metrics() {}

  /// Returns the metrics of batches that a plan describes.
  ///
  /// @throws IllegalArgumentException for one of a search, or one that nothing computes
  public static List<Metric> of(List<MetricPlan> plans) {
    return plans.stream().map(Metrics::of).toList();
  }

  private static Metric of(MetricPlan plan) {
    return switch (plan) {
      case MetricPlan.TopkAcc topk -> new TopkAcc(topk);
      case MetricPlan.Other other -> {
        MetricProvider.Factory factory = provided().get(other.name());
        if (factory == null) {
          throw new IllegalArgumentException(
              "the metric " + other.name() + " has settings, and no provider that computes it");
        }
        yield factory.create(other.section());
      }
      case MetricPlan.Recallk _,
          MetricPlan.Precisionk _,
          MetricPlan.MeanAveragePrecision _,
          MetricPlan.MeanInverseNegativePenalty _ ->
          throw new IllegalArgumentException("no metric of batches: " + plan);
    };
  }

  /// Returns what reads the settings of each metric of a [MetricProvider], by name.
  public static Map<String, SettingsReader> providedSettings() {
    var all = new LinkedHashMap<String, SettingsReader>();
    provided().forEach((name, factory) -> all.put(name, factory::create));
    return all;
  }

  private static Map<String, MetricProvider.Factory> provided() {
    var all = new LinkedHashMap<String, MetricProvider.Factory>();
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
