package ai.fovea.train.loss;

import ai.fovea.config.Config;
import java.util.Map;

/// Losses that configurations can name, beside those that come with the library.
///
/// Providers are found by [java.util.ServiceLoader]: name the class in
/// `META-INF/services/ai.fovea.train.loss.LossProvider`. A name that is taken already is an error.
public interface LossProvider {
  /// Returns what makes a loss, by the name of the loss in configurations.
  Map<String, Factory> losses();

  /// Makes a loss of its settings.
  @FunctionalInterface
  interface Factory {
    /// Makes a loss. Called where a configuration is checked, too: reads every setting, and does nothing else.
    ///
    /// @param settings of the loss but for its `weight`; what is wrong is noted there, and what is not read is a mistake of the
    ///     user's
    /// @param context what else the loss may depend on
    Loss create(Config settings, LossContext context);
  }
}
