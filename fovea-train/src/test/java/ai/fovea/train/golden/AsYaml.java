package ai.fovea.train.golden;

import ai.fovea.config.Config;
import ai.fovea.testkit.GoldenFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The settings of a record as a user gives them: written as YAML and read by the one reader of settings. What reaches a network, a
/// transform or a loss here is what would reach it from a file, numbers and all.
final class AsYaml {
  private static final String KEY = "settings";

  private AsYaml() {}

  /// The configuration that holds these values.
  static Config config(Map<String, ? extends @Nullable Object> values) {
    return Config.parse(Config.of(values).toYaml(), "the record");
  }

  /// The configuration that a JSON object stands for.
  static Config config(JsonNode object) {
    return config(GoldenFile.map(object));
  }

  /// The values of [#config].
  static Map<String, @Nullable Object> map(Map<String, ? extends @Nullable Object> values) {
    return config(values).raw();
  }

  /// A list of operations, losses or metrics.
  static List<?> list(List<?> items) {
    return (List<?>) Objects.requireNonNull(config(Map.of(KEY, items)).raw().get(KEY));
  }
}
