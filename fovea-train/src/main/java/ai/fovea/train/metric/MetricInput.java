package ai.fovea.train.metric;

import ai.fovea.graph.NDArray;

/// What a metric is computed from.
public interface MetricInput {
  /// Returns an output of the only network, e.g. `logits`, `[N, C]`.
  ///
  /// @throws IllegalArgumentException if there is no such output, or there are several networks
  NDArray output(String name);

  /// Returns an output of a network.
  ///
  /// @throws IllegalArgumentException if there is no such network or output
  NDArray output(String network, String name);

  /// Returns the labels: `[N, 1]` class numbers (int64), or `[N, C]` distributions over classes (float32).
  NDArray labels();
}
