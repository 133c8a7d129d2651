package ai.fovea.train.metric;

import ai.fovea.config.Config;
import java.util.Map;
import java.util.function.Function;

/// The metrics of PaddleClas, by its names and settings.
public final class PaddleClasMetrics implements MetricProvider {
  /// Called by [java.util.ServiceLoader].
  public PaddleClasMetrics() {}

  @Override
  public Map<String, Function<Config, Metric>> metrics() {
    return Map.of("TopkAcc", TopkAcc::of, "DistillationTopkAcc", TopkAcc::ofNetwork);
  }
}
