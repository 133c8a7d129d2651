package ai.fovea.train.metric;

import java.util.SequencedMap;

/// Figures of a batch that are averaged over samples, for logs and evaluation. Immutable and thread-safe.
///
/// Metrics that configurations name are found through [MetricProvider].
public interface Metric {
  /// Returns the means over the batch by name; empty where the batch has no such figure, for instance because its labels are
  /// distributions.
  ///
  /// @throws IllegalArgumentException if the networks lack what the metric needs
  SequencedMap<String, Double> values(MetricInput input);
}
