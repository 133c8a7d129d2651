package ai.fovea.config.internal;

import ai.fovea.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Applies `key.path=value` options to a mapping.
public final class Overrides {
  private static final Pattern POSITION = Pattern.compile("\\d{1,9}");

  private final Map<String, @Nullable Object> root;
  private final List<Option> applied = new ArrayList<>();
  private final List<String> messages = new ArrayList<>(); // of the option at hand

  /// An option that was applied.
  ///
  /// @param path its key
  /// @param messages a line for each level and key that it created
  public record Option(String path, List<String> messages) {
    public Option {
      messages = List.copyOf(messages);
    }
  }

  /// @param map left as it is; the work is done on a copy
  public Overrides(Map<String, @Nullable Object> map) {
    this.root = new LinkedHashMap<>();
    map.forEach((k, v) -> root.put(k, thawed(v)));
  }

  /// Applies the options in order.
  ///
  /// @throws ConfigException with every option that can't be applied
  public Map<String, @Nullable Object> apply(List<String> options) {
    List<String> problems = new ArrayList<>();
    for (String option : options) {
      try {
        apply(option);
      } catch (ConfigException e) {
        e.problems().forEach(p -> problems.add("-o " + option + ": " + p));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return Values.map(root);
  }

  /// The options in order.
  public List<Option> options() {
    return List.copyOf(applied);
  }

  private void apply(String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      throw new ConfigException("expected key=value, there is no '='");
    }
    String text = option.substring(equals + 1);
    if (text.indexOf('=') >= 0) {
      throw new ConfigException(
          "expected one '=', there are more; put such a value into the YAML file");
    }
    Object value =
        Literal.read(text, true)
            .or(() -> WordList.read(text).map(Literal::new))
            .map(l -> new Literal(thawed(l.value())))
            .orElse(new Literal(text))
            .value();
    String path = option.substring(0, equals);
    messages.clear();
    set(root, List.of(path.split("\\.", -1)), 0, value);
    applied.add(new Option(path, messages));
  }

  private void set(@Nullable Object container, List<String> path, int at, @Nullable Object value) {
    String key = path.get(at);
    boolean last = at == path.size() - 1;
    switch (container) {
      case Map<?, ?> map -> setKey(open(map), path, at, last, key, value);
      case List<?> list -> {
        if (!POSITION.matcher(key).matches() || Integer.parseInt(key) >= list.size()) {
          throw new ConfigException(
              where(path, at)
                  + "is a list of "
                  + list.size()
                  + ", so '"
                  + key
                  + "' should be a position from 0 to "
                  + (list.size() - 1));
        }
        if (last) {
          open(list).set(Integer.parseInt(key), value);
        } else {
          set(list.get(Integer.parseInt(key)), path, at + 1, value);
        }
      }
      case null, default ->
          throw new ConfigException(
              where(path, at)
                  + "is "
                  + Values.kind(container)
                  + ", so it has no '"
                  + key
                  + "' inside");
    }
  }

  private void setKey(
      Map<String, @Nullable Object> map,
      List<String> path,
      int at,
      boolean last,
      String key,
      @Nullable Object value) {
    if (last) {
      if (!map.containsKey(key)) {
        messages.add("A new field (" + key + ") detected!");
      }
      map.put(key, value);
      return;
    }
    if (map.get(key) == null) { // absent, or `key: null`
      messages.add("A new Series field (" + key + ") detected!");
      map.put(key, new LinkedHashMap<String, @Nullable Object>());
    }
    set(map.get(key), path, at + 1, value);
  }

  private static String where(List<String> path, int at) {
    return at == 0 ? "the configuration " : String.join(".", path.subList(0, at)) + " ";
  }

  private static @Nullable Object thawed(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((k, v) -> copy.put(String.valueOf(k), thawed(v)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(thawed(item)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  @SuppressWarnings("unchecked") // made by thawed(), which makes no other
  private static Map<String, @Nullable Object> open(Map<?, ?> map) {
    return (Map<String, @Nullable Object>) map;
  }

  @SuppressWarnings("unchecked") // made by thawed(), which makes no other
  private static List<@Nullable Object> open(List<?> list) {
    return (List<@Nullable Object>) list;
  }
}
