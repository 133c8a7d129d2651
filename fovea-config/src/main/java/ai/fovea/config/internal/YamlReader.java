package ai.fovea.config.internal;

import ai.fovea.config.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// YAML text to maps, lists and scalars by the rules of PyYAML (YAML 1.1) and PaddleClas.
///
/// Text directly inside mappings is then read as a Python literal where it is one (`None`, `0,1,2`,
/// `'12'`), text below a list is not: the reference does so, and its configurations rely on it.
/// Tags that would build objects are refused.
public final class YamlReader {
  private static final int MOST_NODES = 200_000;
  private static final int DEEPEST = 100;
  private static final Tag MERGE = new Tag("tag:yaml.org,2002:merge");

  private final String source;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();
  private int nodes;

  /// What a text holds.
  ///
  /// @param lines where the value of each full path stands, from 1; what a merge key brings has none
  public record Contents(Map<String, @Nullable Object> values, Map<String, Integer> lines) {}

  private YamlReader(String source) {
    this.source = source;
  }

  /// Reads `text`, whose root must be a mapping (or nothing).
  ///
  /// @param source names the text in errors
  /// @throws ConfigException with every problem and its line
  public static Contents read(String text, String source) {
    var reader = new YamlReader(source);
    var settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new FailsafeSchema())
            .setAllowDuplicateKeys(true) // reported below, with line numbers
            .build();
    Object value;
    try {
      value =
          new Compose(settings)
              .composeString(text)
              .map(n -> reader.value(n, "", false, 0))
              .orElse(null);
    } catch (YamlEngineException | StackOverflowError e) {
      throw new ConfigException(source + ": not YAML: " + e.getMessage());
    }
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    if (value == null) {
      return new Contents(Map.of(), Map.of());
    }
    if (value instanceof Map<?, ?> map) {
      return new Contents(Values.map(map), Map.copyOf(reader.lines));
    }
    throw new ConfigException(
        source + ": expected a mapping at the top, found " + Values.kind(value));
  }

  private @Nullable Object value(Node node, String path, boolean belowList, int depth) {
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new ConfigException(
          source
              + ": more than "
              + MOST_NODES
              + " values or "
              + DEEPEST
              + " levels; aliases that refer to"
              + " themselves or multiply are not a configuration");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, belowList);
      case SequenceNode sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          String below = path + "." + list.size();
          stands(below, item);
          list.add(value(item, below, true, depth + 1));
        }
        yield Collections.unmodifiableList(list);
      }
      case MappingNode mapping -> mapping(mapping, path, belowList, depth);
      default -> null;
    };
  }

  private void stands(String path, Node node) {
    node.getStartMark().ifPresent(mark -> lines.put(path, mark.getLine() + 1));
  }

  private Map<String, @Nullable Object> mapping(
      MappingNode node, String path, boolean belowList, int depth) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    Map<String, @Nullable Object> merged = new LinkedHashMap<>();
    for (NodeTuple entry : node.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        problems.add(line(entry.getKeyNode()) + "a key must be one word");
        continue;
      }
      if (key.isPlain() && (key.getValue().equals("<<") || key.getTag().equals(MERGE))) {
        // Where the values stand belongs to the anchor: no line is known for their paths here.
        merge(value(entry.getValueNode(), path + ".<<", belowList, depth + 1), merged);
        continue;
      }
      if (own.containsKey(key.getValue())) {
        problems.add(line(key) + key.getValue() + ": given twice in one mapping; remove one");
      }
      String below = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      stands(below, key);
      own.put(key.getValue(), value(entry.getValueNode(), below, belowList, depth + 1));
    }
    if (!merged.isEmpty()) {
      merged.putAll(own);
      own = merged;
    }
    return Collections.unmodifiableMap(own);
  }

  private static void merge(@Nullable Object value, Map<String, @Nullable Object> into) {
    if (value instanceof Map<?, ?> map) {
      Values.map(map).forEach(into::putIfAbsent);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> merge(item, into));
    }
  }

  private @Nullable Object scalar(ScalarNode node, boolean belowList) {
    String text = node.getValue();
    String tag = node.getTag().getValue();
    Object value = node.isPlain() ? Scalars.resolve(text) : text;
    if (!node.getTag().equals(Tag.STR)) {
      if (!tag.startsWith("tag:yaml.org,2002:") || tag.contains("python")) {
        problems.add(line(node) + "the tag " + tag + " is not allowed in a configuration");
        return text;
      }
      value = Scalars.resolve(text);
    }
    if (value instanceof String words && !belowList) {
      var literal = Literal.read(words, false);
      return literal.isPresent() ? Values.frozen(literal.get().value()) : words;
    }
    return value;
  }

  private String line(Node node) {
    return source + node.getStartMark().map(m -> ":" + (m.getLine() + 1) + ": ").orElse(": ");
  }
}
