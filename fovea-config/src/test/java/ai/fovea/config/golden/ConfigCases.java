package ai.fovea.config.golden;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `config.json`, `overrides.json` and `parsed.json.gz`: YAML and `-o` options to values.
public final class ConfigCases implements GoldenFormat {

  @Override
  public String name() {
    return "configurations";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    if (content.has("cases")) {
      return (content.has("yaml") || content.has("base_yaml"))
          && CaseFile.any(content, "options", "overrides");
    }
    return content.isObject()
        && !content.isEmpty()
        && content.propertyNames().stream()
            .allMatch(n -> n.endsWith(".yaml") || n.endsWith(".yml"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`; for `parsed.json.gz` the YAML files are looked for in `reference/configs` above it.
  private static List<CaseResult> results(Path file) {
    JsonNode root = CaseFile.read(file);
    List<CaseResult> results = new ArrayList<>();
    if (!root.has("cases")) {
      root.properties().forEach(e -> results.add(parsed(e.getKey(), e.getValue(), file)));
      return results;
    }
    int number = 0;
    for (JsonNode c : CaseFile.cases(root)) {
      String name = c.path("name").asString("option_" + number++ + " " + c.path("options"));
      String yaml =
          c.path("yaml").asString(root.path("yaml").asString(root.path("base_yaml").asString("")));
      results.add(overridden(c, name, yaml, file.toString()));
    }
    return results;
  }

  private static CaseResult parsed(String name, JsonNode expected, Path file) {
    String where = file.toString();
    for (Path at = file.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
      Path yaml = at.resolve("reference/configs").resolve(name);
      if (Files.isRegularFile(yaml)) {
        try {
          String wrong = differs(expected, Config.read(yaml).raw(), "");
          return wrong.isEmpty()
              ? CaseResult.passed(name, where)
              : CaseResult.failed(name, "the same values", wrong, where);
        } catch (ConfigException e) {
          return CaseResult.failed(name, "a configuration", String.valueOf(e.getMessage()), where);
        }
      }
    }
    return CaseResult.skipped(name, "the YAML file is not there", where);
  }

  private static CaseResult overridden(JsonNode c, String name, String yaml, String where) {
    List<String> options =
        (c.has("options") ? c.path("options") : c.path("overrides"))
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    boolean refused = c.has("reference_raises") || c.has("error");
    Config config;
    try {
      config = Config.parse(yaml, "yaml").override(options);
    } catch (ConfigException e) {
      return refused
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, "values", String.valueOf(e.getMessage()), where);
    }
    if (refused) {
      return CaseResult.failed(name, "an error", "no error", where);
    }
    List<String> wrong = new ArrayList<>();
    if (c.has("config")) {
      wrong.add(differs(c.path("config"), config.raw(), ""));
    } else if (options.isEmpty()) {
      wrong.add(differs(c.path("expected"), config.raw(), ""));
    } else {
      c.path("expected")
          .properties()
          .forEach(e ->
              wrong.add(differs(e.getValue(), config.value(e.getKey()).orElse(null), e.getKey())));
    }
    String messages =
        c.has("messages")
            ? String.join("\n", c.path("messages").valueStream().map(JsonNode::asString).toList())
            : c.path("stdout").asString("").strip();
    if ((c.has("messages") || c.has("stdout"))
        && !String.join("\n", config.notes()).equals(messages)) {
      wrong.add("messages: " + config.notes());
    }
    Config again = Config.parse(config.toYaml(), "written again");
    if (!again.equals(config)) {
      wrong.add("written as YAML and read again: " + again);
    }
    wrong.removeIf(String::isEmpty);
    return wrong.isEmpty()
        ? CaseResult.passed(name, where)
        : CaseResult.failed(
            name,
            CaseFile.brief(c.has("expected") ? c.path("expected") : options),
            CaseFile.brief(wrong),
            where);
  }

  /// Where and how `got` differs, empty where it does not. A text in the golden file that is a literal may have been read as
  /// one here: 1e-3 is a number everywhere.
  private static String differs(JsonNode expected, @Nullable Object got, String path) {
    JsonNode want = expected;
    for (String wrapper : List.of("!!tuple", "python_tuple", "!!float")) {
      want = want.has(wrapper) ? want.path(wrapper) : want;
    }
    if (want.has("!!python_object") || want.has("python_object")) {
      return got instanceof String ? "" : path + ": expected text, got " + got;
    }
    if (want.isObject() && got instanceof Map<?, ?> map) {
      if (!Set.copyOf(want.propertyNames()).equals(map.keySet())) {
        return path + ": keys " + map.keySet();
      }
      for (var entry : want.properties()) {
        String wrong =
            differs(entry.getValue(), map.get(entry.getKey()), path + "." + entry.getKey());
        if (!wrong.isEmpty()) {
          return wrong;
        }
      }
      return "";
    }
    if (want.isArray() && got instanceof List<?> list && want.size() == list.size()) {
      for (int i = 0; i < list.size(); i++) {
        String wrong = differs(want.get(i), list.get(i), path + "." + i);
        if (!wrong.isEmpty()) {
          return wrong;
        }
      }
      return "";
    }
    return scalar(want, got) ? "" : path + ": expected " + want + ", got " + got;
  }

  private static boolean scalar(JsonNode want, @Nullable Object got) {
    return switch (got) {
      case null -> want.isNull() || want.asString("").equals("None");
      case Boolean b ->
          want.isBoolean() ? want.asBoolean() == b : want.isString() && isLiteral(want, b);
      case Long l ->
          want.isIntegralNumber() ? want.asLong() == l : want.isString() && isLiteral(want, l);
      case Double d ->
          want.isString()
              ? isLiteral(want, d)
              : want.isFloatingPointNumber() && want.asDouble() == d;
      case String s -> want.isString() && want.asString().equals(s);
      default -> want.isString() && isLiteral(want, got);
    };
  }

  private static boolean isLiteral(JsonNode text, Object got) {
    String words = text.asString();
    if (got instanceof Double d && d.isInfinite()) {
      return words.equals(d > 0 ? "Infinity" : "-Infinity") || words.contains("e");
    }
    return !words.contains("=")
        && Config.of(Map.of())
            .override(List.of("x=" + words))
            .value("x")
            .filter(got::equals)
            .isPresent();
  }
}
