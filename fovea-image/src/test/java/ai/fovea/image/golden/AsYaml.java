package ai.fovea.image.golden;

import ai.fovea.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The settings of a record as a user gives them: written as YAML and read by the one reader of settings.
final class AsYaml {
  private static final String KEY = "settings";

  private AsYaml() {}

  /// A list of operations.
  static List<?> list(List<?> items) {
    Config config = Config.of(Map.of(KEY, items));
    return (List<?>)
        Objects.requireNonNull(Config.parse(config.toYaml(), "the record").raw().get(KEY));
  }
}
