package ai.fovea.config.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The shapes that a configuration value can have: map, list, text, [Long], [Double], [Boolean], null.
public final class Values {
  private Values() {}

  /// What `value` is, in words for an error.
  public static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case Map<?, ?> m -> "a section";
      case List<?> l -> "the list " + shortened(l);
      case String s -> "the text '" + shortened(s) + "'";
      default -> "the " + (value instanceof Boolean ? "flag " : "number ") + value;
    };
  }

  /// A copy that nobody can change; integers become [Long], other numbers [Double].
  ///
  /// @throws IllegalArgumentException for an object that is none of the shapes
  public static @Nullable Object frozen(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> map(map);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(item -> copy.add(frozen(item)));
        yield Collections.unmodifiableList(copy);
      }
      case String s -> s;
      case Boolean b -> b;
      case Long l -> l;
      case Integer i -> (long) i;
      case Number n -> n.doubleValue();
      default ->
          throw new IllegalArgumentException(
              "a configuration holds texts, numbers, flags, lists and sections, not a "
                  + value.getClass().getName());
    };
  }

  /// [#frozen] of a mapping; keys become text.
  public static Map<String, @Nullable Object> map(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((k, v) -> copy.put(String.valueOf(k), frozen(v)));
    return Collections.unmodifiableMap(copy);
  }

  private static String shortened(Object value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
