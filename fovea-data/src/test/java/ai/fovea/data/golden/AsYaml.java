package ai.fovea.data.golden;

import ai.fovea.config.Config;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings of a record as a user gives them: written as YAML and read by the one reader of settings.
final class AsYaml {
  private AsYaml() {}

  /// The configuration that holds these values.
  static Config config(Map<String, ? extends @Nullable Object> values) {
    return Config.parse(Config.of(values).toYaml(), "the record");
  }
}
