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

  /// The values at the ends of a mapping by their full paths, in order: lists of sections are looked into, other lists are one value, as are empty
  /// sections.
  public static Map<String, @Nullable Object> leaves(Map<?, ?> root) {
    Map<String, @Nullable Object> leaves = new LinkedHashMap<>();
    root.forEach((key, value) -> leaves(String.valueOf(key), value, leaves));
    return leaves;
  }

  private static void leaves(
      String path, @Nullable Object value, Map<String, @Nullable Object> leaves) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, inner) -> leaves(path + "." + key, inner, leaves));
    } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      for (int i = 0; i < list.size(); i++) {
        leaves(path + "." + i, list.get(i), leaves);
      }
    } else {
      leaves.put(path, value);
    }
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
