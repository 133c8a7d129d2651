package ai.fovea.exchange;

import ai.fovea.base.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// `id_map.yaml`: the keys `id_map` (numbers and labels), `index_type`, `metric_type`. Read as events, so that nothing is built
/// but the map, and every label is text, also one that looks like a number.
final class IdMapYaml {
  private static final String KEY = "id_map";

  private final Problems problems;
  private final SortedMap<Long, String> lines = new TreeMap<>();
  private final Iterator<Event> events;
  private boolean found;

  private IdMapYaml(Problems problems, Iterator<Event> events) {
    this.problems = problems;
    this.events = events;
  }

  static SortedMap<Long, String> read(String name, byte[] content, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setCodePointLimit(Integer.MAX_VALUE).build();
    String text = IdMapText.utf8(name, content);
    IdMapYaml yaml = new IdMapYaml(problems, new Parse(settings).parseString(text).iterator());
    try {
      yaml.root();
    } catch (YamlEngineException e) {
      throw new ExchangeException(name, "not YAML: " + String.valueOf(e.getMessage()).strip());
    } catch (NoSuchElementException e) {
      throw new ExchangeException(name, "ends too soon");
    }
    if (!yaml.found) {
      throw new ExchangeException(name, "has no mapping id_map, so it is not an id map");
    }
    return yaml.lines;
  }

  private void root() {
    // The stream and the document begin.
    events.next();
    events.next();
    if (!(events.next() instanceof MappingStartEvent)) {
      return;
    }
    Event key = events.next();
    while (key instanceof ScalarEvent scalar) {
      Event value = events.next();
      if (scalar.getValue().equals(KEY) && value instanceof MappingStartEvent) {
        found = true;
        entries();
      } else if (!(value instanceof ScalarEvent)) {
        problems.add(line(value) + scalar.getValue() + ": expected one word");
        return;
      }
      key = events.next();
    }
  }

  private void entries() {
    Event key = events.next();
    while (!(key instanceof MappingEndEvent)) {
      Event value = events.next();
      if (!(key instanceof ScalarEvent id) || !id.getValue().matches("\\d{1,18}")) {
        problems.add(line(key) + "expected a whole number of 0 or more as id");
      } else if (!(value instanceof ScalarEvent label)) {
        problems.add(line(key) + "id " + id.getValue() + ": expected text");
      } else if (lines.put(Long.valueOf(id.getValue()), label.getValue().strip()) != null) {
        problems.add(line(key) + "id " + id.getValue() + " comes twice");
      }
      if (!(key instanceof ScalarEvent) || !(value instanceof ScalarEvent)) {
        // What follows of a nested value can't be told from entries.
        throw new YamlEngineException(line(key) + "an entry that is not 'number: label'");
      }
      key = events.next();
    }
  }

  private static String line(Event event) {
    return event.getStartMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
  }

  static byte[] write(SortedMap<Long, String> lines, String indexType, String metricType) {
    StringBuilder out = new StringBuilder(KEY).append(lines.isEmpty() ? ": {}\n" : ":\n");
    lines.forEach(
        (id, label) -> out.append("  ").append(id).append(": ").append(quoted(label)).append('\n'));
    out.append("index_type: ").append(quoted(indexType)).append('\n');
    out.append("metric_type: ").append(quoted(metricType)).append('\n');
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// In double quotes, so that no label means anything but itself.
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' '
          || (c >= 0x7F && c <= 0xA0)
          || c == '\u2028'
          || c == '\u2029'
          || c == '\uFEFF') {
        out.append(String.format("\\u%04X", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
