package ai.fovea.recognize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The settings of one step or section of `inference.yml`, read by type. What is wrong is noted under its key, and a default value
/// taken for it, so that all problems are told at once. For one thread.
final class StepSettings {
  private static final Set<String> YES = Set.of("true", "yes", "on");
  private static final Set<String> NO = Set.of("false", "no", "off");

  private final String place;
  private final Map<?, ?> map;
  private final List<String> problems;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param place what stands before keys in problems, e.g. `PostProcess.Topk`; empty at the top
  /// @param problems where problems are noted
  StepSettings(String place, Map<?, ?> map, List<String> problems) {
    this.place = place;
    this.map = map;
    this.problems = problems;
  }

  private String path(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private @Nullable Object get(String key) {
    known.add(key);
    return map.get(key);
  }

  private void wrong(String key, String expected, @Nullable Object got) {
    problems.add(path(key) + ": expected " + expected + ", got '" + got + "'");
  }

  /// Notes a problem with a setting.
  void problem(String key, String text) {
    problems.add(path(key) + ": " + text);
  }

  /// Whether the setting is there with a value.
  boolean has(String key) {
    return get(key) != null;
  }

  /// Settings that change no result.
  void withoutEffect(String... keys) {
    known.addAll(Arrays.asList(keys));
  }

  /// A finite number.
  double number(String key, double defaultValue) {
    @Nullable Object value = get(key);
    if (value == null) {
      return defaultValue;
    }
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    wrong(key, "a number", value);
    return defaultValue;
  }

  /// A whole number of at least `min`.
  int integer(String key, int defaultValue, int min) {
    @Nullable Object value = get(key);
    if (value == null) {
      return defaultValue;
    }
    if (value instanceof Number n
        && n.doubleValue() == Math.rint(n.doubleValue())
        && n.doubleValue() >= min
        && n.doubleValue() <= Integer.MAX_VALUE) {
      return n.intValue();
    }
    wrong(key, "a whole number of " + min + " or more", value);
    return defaultValue;
  }

  /// A flag, in any spelling that YAML 1.1 has for it: the reference's users write `True` and `no`.
  boolean flag(String key, boolean defaultValue) {
    @Nullable Object value = get(key);
    if (value == null) {
      return defaultValue;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof String text) {
      if (isSpelling(text, YES)) {
        return true;
      }
      if (isSpelling(text, NO)) {
        return false;
      }
    }
    wrong(key, "true or false", value);
    return defaultValue;
  }

  /// Whether a text is one of the words in small letters, in capitals, or with a capital first.
  private static boolean isSpelling(String text, Set<String> words) {
    return words.stream()
        .anyMatch(w ->
            text.equals(w)
                || text.equals(w.toUpperCase(Locale.ROOT))
                || text.equals(Character.toUpperCase(w.charAt(0)) + w.substring(1)));
  }

  /// A list of texts; numbers and flags among them become texts.
  List<String> texts(String key) {
    var texts = new ArrayList<String>();
    switch (get(key)) {
      case null -> {}
      case List<?> list -> {
        for (Object each : list) {
          if (each instanceof Map || each instanceof List) {
            wrong(key, "a list of texts", each);
          } else {
            texts.add(String.valueOf(each));
          }
        }
      }
      case Object other -> wrong(key, "a list of texts", other);
    }
    return texts;
  }

  /// A list of whole numbers of at least `min`.
  List<Integer> integers(String key, int min) {
    var all = new ArrayList<Integer>();
    switch (get(key)) {
      case null -> problem(key, "is missing: expected a list of whole numbers");
      case List<?> list -> {
        for (Object each : list) {
          if (each instanceof Integer i && i >= min) {
            all.add(i);
          } else {
            wrong(key, "whole numbers of " + min + " or more", each);
          }
        }
      }
      case Object other -> wrong(key, "a list of whole numbers", other);
    }
    return all;
  }

  /// A text; empty where there is none.
  String text(String key, String expected) {
    @Nullable Object value = get(key);
    if (value instanceof String text) {
      return text;
    }
    wrong(key, expected, value);
    return "";
  }

  /// Notes settings that nobody asked for, which would have no effect.
  void requireAllKnown() {
    for (Object key : map.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        problem(
            String.valueOf(key),
            "there is no such setting"
                + (known.isEmpty() ? "" : "; there are " + String.join(", ", known)));
      }
    }
  }
}
