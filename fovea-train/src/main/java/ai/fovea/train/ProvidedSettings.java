package ai.fovea.train;

import ai.fovea.plan.SettingsProvider;
import ai.fovea.plan.SettingsReader;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.Metrics;
import java.util.Map;

/// Makes the losses and metrics of a user's own known to whoever reads a configuration.
public final class ProvidedSettings implements SettingsProvider {
  /// Called by [java.util.ServiceLoader].
  public ProvidedSettings() {}

  @Override
  public Map<String, SettingsReader> losses() {
    return CombinedLoss.providedSettings();
  }

  @Override
  public Map<String, SettingsReader> metrics() {
    return Metrics.providedSettings();
  }
}
