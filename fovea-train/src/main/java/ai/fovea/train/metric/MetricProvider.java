package ai.fovea.train.metric;

import ai.fovea.config.Config;
import java.util.Map;
import java.util.function.Function;

/// Metrics that configurations can name in `Metric.Train` and, of classifiers, in `Metric.Eval`, beside those that come with the
/// library.
///
/// Providers are found by [java.util.ServiceLoader]: name the class in
/// `META-INF/services/ai.fovea.train.metric.MetricProvider`. A name that is taken already is an error.
public interface MetricProvider {
  /// Returns what makes a metric of its settings, by the name of the metric in configurations. What is wrong with settings is
  /// noted there, and what is not read is refused.
  Map<String, Function<Config, Metric>> metrics();
}
