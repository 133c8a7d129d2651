package ai.fovea.models;

import ai.fovea.graph.Op.Size;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The constructor arguments of a backbone, neck or head as a configuration gives them. Asking for one makes it known;
/// [#check] then reports all that were unknown or of the wrong type at once. Not thread-safe.
public final class Arguments {
  /// Arguments that say which weights to load, which is the trainer's business and not the network's.
  private static final Set<String> WEIGHTS =
      Set.of(
          "name",
          "pretrained",
          "use_ssld",
          "use_imagenet22k_pretrained",
          "use_imagenet22kto1k_pretrained",
          "use_sync_bn");

  private final String model;
  private final Map<String, ?> given;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<String> problems = new ArrayList<>();

  /// @param model for messages
  public Arguments(String model, Map<String, ?> given) {
    this.model = model;
    this.given = given;
  }

  /// Whether the argument is there and not null.
  public boolean has(String name) {
    return value(name) != null;
  }

  /// Whether the argument is there and null, which some networks read as "none".
  public boolean isNull(String name) {
    return given.containsKey(name) && value(name) == null;
  }

  /// A whole number.
  public int integer(String name, int defaultValue) {
    Object value = value(name);
    if (value == null) {
      return defaultValue;
    }
    OptionalInt whole = whole(value);
    return whole.isPresent()
        ? whole.getAsInt()
        : wrong(name, value, "a whole number", defaultValue);
  }

  /// The value as a whole number, whichever of Java's types it has: files give `Long`, callers from Java mostly `Integer`.
  public static OptionalInt whole(@Nullable Object value) {
    return value instanceof Number n && n.doubleValue() == n.intValue()
        ? OptionalInt.of(n.intValue())
        : OptionalInt.empty();
  }

  /// A whole number that must be there and be at least 1.
  public int required(String name) {
    if (value(name) == null) {
      problems.add(name + ": is missing");
      return 1;
    }
    int n = integer(name, 1);
    return n >= 1 ? n : wrong(name, n, "at least 1", 1);
  }

  /// The number of classes: `class_num`, 1000 where it is not given.
  public int classes() {
    int n = integer("class_num", 1000);
    return n >= 1 ? n : wrong("class_num", n, "at least 1", 1000);
  }

  /// A number.
  public double number(String name, double defaultValue) {
    Object value = value(name);
    return value == null
        ? defaultValue
        : value instanceof Number n
            ? n.doubleValue()
            : wrong(name, value, "a number", defaultValue);
  }

  /// A probability in `[0, 1)`; an explicit null means 0.
  public double probability(String name, double defaultValue) {
    if (isNull(name)) {
      return 0;
    }
    double p = number(name, defaultValue);
    return p >= 0 && p < 1 ? p : wrong(name, p, "a probability in [0, 1)", defaultValue);
  }

  /// Yes or no.
  public boolean flag(String name, boolean defaultValue) {
    Object value = value(name);
    return value == null
        ? defaultValue
        : value instanceof Boolean b ? b : wrong(name, value, "true or false", defaultValue);
  }

  /// One of some words.
  public String word(String name, String defaultValue, String... allowed) {
    Object value = value(name);
    return value == null
        ? defaultValue
        : value instanceof String s && List.of(allowed).contains(s)
            ? s
            : wrong(name, value, "one of " + List.of(allowed), defaultValue);
  }

  /// `count` strides, each a number or a pair of height and width; 2 each where not given.
  public List<Size> strides(String name, int count) {
    var defaultValue = java.util.Collections.nCopies(count, Size.of(2));
    Object value = value(name);
    if (value == null) {
      return defaultValue;
    }
    var sizes = new ArrayList<Size>();
    if (value instanceof List<?> list) {
      for (Object item : list) {
        List<?> pair = item instanceof List<?> two ? two : List.of(item, item);
        if (pair.size() == 2) {
          OptionalInt h = whole(pair.get(0));
          OptionalInt w = whole(pair.get(1));
          if (h.isPresent() && w.isPresent() && h.getAsInt() >= 1 && w.getAsInt() >= 1) {
            sizes.add(new Size(h.getAsInt(), w.getAsInt()));
          }
        }
      }
    }
    return sizes.size() == count && value instanceof List<?> list && list.size() == count
        ? sizes
        : wrong(
            name, value, "a list of " + count + " strides, each a number or [h, w]", defaultValue);
  }

  /// `count` factors on the learning rate, 1 each where not given; a list or its text.
  public List<Double> factors(String name, int count) {
    var defaultValue = java.util.Collections.nCopies(count, 1.0);
    Object value = value(name);
    if (value == null) {
      return defaultValue;
    }
    try {
      List<?> items =
          value instanceof String s
              ? List.of(s.replaceAll("[\\[\\]()\\s]", "").split(",", -1))
              : (List<?>) value;
      var factors = items.stream().map(i -> Double.valueOf(String.valueOf(i))).toList();
      if (factors.size() == count) {
        return factors;
      }
    } catch (ClassCastException | NumberFormatException e) {
      // Reported below, like a list of another length.
    }
    return wrong(name, value, "a list of " + count + " numbers", defaultValue);
  }

  /// Text, or a list of texts.
  public List<String> words(String name) {
    Object value = value(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof String s) {
      return List.of(s);
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    return wrong(name, value, "a text or a list of texts", List.of());
  }

  /// A section of its own.
  public Optional<Map<String, ?>> section(String name) {
    Object value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> map) {
      var copy = new java.util.LinkedHashMap<String, Object>();
      map.forEach((k, v) -> copy.put(String.valueOf(k), v));
      return Optional.of(copy);
    }
    problems.add(name + ": is " + value + ", must be a section");
    return Optional.empty();
  }

  /// Anything; null where it is not given.
  public @Nullable Object value(String name) {
    known.add(name);
    return given.get(name);
  }

  /// Notes a problem with an argument.
  public void problem(String name, String text) {
    problems.add(name + ": " + text);
  }

  /// Ends the reading.
  ///
  /// @throws ModelException naming every argument that is wrong or unknown, and those that are known
  public void check() {
    var all = new ArrayList<>(problems);
    given.keySet().stream()
        .filter(name -> !known.contains(name) && !WEIGHTS.contains(name))
        .forEach(name -> all.add(name + ": is not an argument of " + model));
    if (!all.isEmpty()) {
      all.add("its arguments are " + String.join(", ", known));
      throw new ModelException(model + " can't be built with these arguments:", all);
    }
  }

  private <T> T wrong(String name, Object is, String must, T defaultValue) {
    problems.add(name + ": is " + is + ", must be " + must);
    return Objects.requireNonNull(defaultValue);
  }
}
