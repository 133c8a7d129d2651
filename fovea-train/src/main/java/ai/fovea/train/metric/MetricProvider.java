package ai.fovea.train.metric;

import ai.fovea.config.Config;
import java.util.Map;

/// Metrics that configurations can name in `Metric.Train` and, of classifiers, in `Metric.Eval`, beside those that come with the
/// library.
///
/// Providers are found by [java.util.ServiceLoader]: name the class in
/// `META-INF/services/ai.fovea.train.metric.MetricProvider`. A name that is taken already is an error.
public interface MetricProvider {
  /// Returns what makes a metric, by the name of the metric in configurations.
  Map<String, Factory> metrics();

  /// Makes a metric of its settings.
  @FunctionalInterface
  interface Factory {
    /// Makes a metric. Called where a configuration is checked, too: reads every setting, and does nothing else.
    ///
    /// @param settings what is wrong is noted there, and what is not read is a mistake of the user's
    Metric create(Config settings);
  }
}
