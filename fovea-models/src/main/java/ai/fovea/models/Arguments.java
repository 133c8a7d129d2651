package ai.fovea.models;

import ai.fovea.config.Config;
import ai.fovea.config.Range;
import ai.fovea.graph.Op.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The constructor arguments of a backbone, neck or head: a section of a configuration, with getters for what networks
/// ask for. Asking for an argument makes it known; what nobody asked for is reported to the user, together with all that
/// does not fit. Not thread-safe.
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
  private final Config config;

  /// @param model for messages
  public Arguments(String model, Config config) {
    this.model = model;
    this.config = config;
  }

  /// Whether the argument is there and not null.
  public boolean has(String name) {
    return config.has(name);
  }

  /// Whether the argument is there and null, which some networks read as "none".
  public boolean isNull(String name) {
    return config.isNull(name);
  }

  /// A whole number.
  public int integer(String name, int defaultValue) {
    return config.integer(name, defaultValue);
  }

  /// A whole number of at least `min`; a smaller one is a problem.
  public int integer(String name, int defaultValue, int min) {
    return config.integer(name, defaultValue, min);
  }

  /// A whole number that must be there and be at least 1.
  public int required(String name) {
    return config.positive(name);
  }

  /// The number of classes: `class_num`, 1000 where it is not given.
  public int classes() {
    return config.integer("class_num", 1000, 1);
  }

  /// A number.
  public double number(String name, double defaultValue) {
    return config.number(name, defaultValue);
  }

  /// A number of a range; one that does not lie in it is a problem.
  public double number(String name, double defaultValue, Range range) {
    return config.number(name, defaultValue, range);
  }

  /// A probability in `[0, 1)`; an explicit null means 0.
  public double probability(String name, double defaultValue) {
    if (isNull(name)) {
      return 0;
    }
    double p = config.number(name, defaultValue);
    if (p >= 0 && p < 1) {
      return p;
    }
    problem(name, "expected a probability in [0, 1), found " + p);
    return defaultValue;
  }

  /// Yes or no.
  public boolean flag(String name, boolean defaultValue) {
    return config.flag(name, defaultValue);
  }

  /// One of some words.
  public String word(String name, String defaultValue, String... allowed) {
    return config.word(name, defaultValue, allowed);
  }

  /// `count` strides, each a number or a pair of height and width; 2 each where not given.
  public List<Size> strides(String name, int count) {
    List<Size> defaultValue = Collections.nCopies(count, Size.of(2));
    Object value = value(name);
    if (value == null) {
      return defaultValue;
    }
    var sizes = new ArrayList<Size>();
    if (value instanceof List<?> list && list.size() == count) {
      for (Object item : list) {
        List<?> pair = item instanceof List<?> two ? two : List.of(item, item);
        if (pair.size() == 2
            && pair.get(0) instanceof Long h
            && pair.get(1) instanceof Long w
            && fits(h)
            && fits(w)) {
          sizes.add(new Size(h.intValue(), w.intValue()));
        }
      }
    }
    if (sizes.size() == count) {
      return sizes;
    }
    problem(
        name, "expected a list of " + count + " strides, each a number or [h, w], found " + value);
    return defaultValue;
  }

  private static boolean fits(long stride) {
    return stride >= 1 && stride <= Integer.MAX_VALUE;
  }

  /// `count` factors on the learning rate, 1 each where not given; a list or its text.
  public List<Double> factors(String name, int count) {
    List<Double> defaultValue = Collections.nCopies(count, 1.0);
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
      if (factors.size() == count && factors.stream().allMatch(Range.atLeast(0)::contains)) {
        return factors;
      }
    } catch (ClassCastException | NumberFormatException e) {
      // Reported below, like a list of another length.
    }
    problem(name, "expected a list of " + count + " numbers, each 0 or more, found " + value);
    return defaultValue;
  }

  /// Text, or a list of texts.
  public List<String> words(String name) {
    return config.texts(name);
  }

  /// The arguments that a section of these holds, if there is one.
  public Optional<Arguments> section(String name) {
    return config.find(name).map(c -> new Arguments(model + " " + name, c));
  }

  /// These arguments as the section that they are.
  public Config config() {
    return config;
  }

  /// Anything; null where it is not given.
  public @Nullable Object value(String name) {
    return config.value(name).orElse(null);
  }

  /// Notes a problem with an argument.
  public void problem(String name, String text) {
    config.problem(name, text);
  }

  /// Ends the reading: what nobody asked for is a problem.
  public void finish() {
    WEIGHTS.stream().filter(config.keys()::contains).forEach(config::value);
    config.refuseUnread(model);
  }
}
