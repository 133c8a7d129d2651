package ai.fovea.plan;

import java.util.Map;

/// Makes losses and metrics that are not Fovea's own known to whoever reads a configuration, without whatever carries them out.
/// Found by `ServiceLoader`: named in `META-INF/services/ai.fovea.plan.SettingsProvider`.
///
/// ```java
/// public final class OwnSettings implements SettingsProvider {
///   public Map<String, SettingsReader> losses() {
///     return Map.of("OwnLoss", section -> section.number("margin", 0.5));
///   }
/// }
/// ```
public interface SettingsProvider {
  /// Losses by the names that `Loss.Train` may hold; `weight` is read already.
  default Map<String, SettingsReader> losses() {
    return Map.of();
  }

  /// Metrics by the names that `Metric.Train` and `Metric.Eval` may hold.
  default Map<String, SettingsReader> metrics() {
    return Map.of();
  }
}
