package ai.fovea.image.transform;

import ai.fovea.config.Config;
import ai.fovea.config.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The settings of one operation: a section of a configuration, with getters for what operations ask for. Whatever is
/// wrong is noted there with its place; a reader then goes on with the default.
final class Settings {
  /// What is known and collected while a whole list of operations is read.
  static final class Context {
    final Dialect dialect;
    final List<String> notes = new ArrayList<>();

    /// Whether the reference would hold a Pillow image at this place: some operations ask.
    boolean pillow;

    Context(Dialect dialect, boolean pillow) {
      this.dialect = dialect;
      this.pillow = pillow;
    }
  }

  private final String name;
  private final Config config;
  final Context context;
  private boolean strange;

  Settings(String name, Config config, Context context) {
    this.name = name;
    this.config = config;
    this.context = context;
  }

  void problem(String what) {
    config.problem("", what);
  }

  void note(String what) {
    context.notes.add(config.path() + ": " + what);
  }

  /// Entries that the reference has and that change nothing here.
  void ignore(String... keys) {
    Arrays.asList(keys).forEach(config::value);
  }

  /// Makes problems of the entries that nobody asked for.
  void finish() {
    config.refuseUnread(name);
  }

  boolean has(String key) {
    return config.has(key);
  }

  boolean isList(String key) {
    return config.isList(key);
  }

  boolean flag(String key, boolean defaultValue) {
    return config.flag(key, defaultValue);
  }

  String text(String key, String defaultValue) {
    return config.value(key).map(String::valueOf).orElse(defaultValue);
  }

  double number(String key, double defaultValue) {
    return config.number(key, defaultValue);
  }

  double number(String key, double defaultValue, double min, double max) {
    return config.has(key)
        ? config.number(key, defaultValue, Range.between(min, max))
        : defaultValue;
  }

  int integer(String key, int defaultValue, int min) {
    return config.integer(key, defaultValue, min);
  }

  /// A number, or a fraction such as `1.0/255.0`, or a list of `count` numbers.
  List<Double> numbers(String key, List<Double> defaultValue, int count) {
    if (!config.has(key)) {
      return defaultValue;
    }
    int before = config.problemCount();
    List<Double> numbers = Arrays.stream(config.numbers(key)).boxed().toList();
    if (count > 0 && numbers.size() != count) {
      config.problem(key, "expected %d numbers, found %s".formatted(count, numbers));
    }
    return config.problemCount() == before ? numbers : defaultValue;
  }

  /// `[first, second]` or one whole number for both; empty where absent or wrong.
  Optional<int[]> pair(String key, int min) {
    return config.pair(key, min);
  }

  int[] requiredPair(String key, int min) {
    if (!config.has(key)) {
      config.problem(key, "missing, expected one whole number or two");
    }
    return pair(key, min).orElse(new int[] {1, 1});
  }

  Backend backend(Backend defaultValue) {
    String word = text("backend", defaultValue.word());
    if (word.equalsIgnoreCase("pil")) {
      return Backend.PIL;
    }
    if (!word.equalsIgnoreCase("cv2")) {
      strange = true;
      note("backend '" + word + "' is unknown (cv2 and pil are known); cv2 is used");
    }
    return Backend.CV2;
  }

  /// `interpolation` (a word, or OpenCV's number) and `backend`.
  Resampling resampling() {
    Backend backend = backend(Backend.CV2);
    Interpolation named = interpolation(backend);
    // for a backend that it doesn't know, the reference resizes bilinearly whatever is asked for
    return strange ? Resampling.STANDARD : new Resampling(backend, named);
  }

  Interpolation interpolation(Backend backend) {
    if (!config.has("interpolation")) {
      return Interpolation.BILINEAR;
    }
    Object value = config.value("interpolation").orElseThrow();
    Optional<Interpolation> found =
        value instanceof Number number
            ? Interpolation.of(number.intValue())
            : Interpolation.of(String.valueOf(value));
    return found
        .filter(i -> i.in(backend))
        .orElseGet(() -> {
          problem(
              "interpolation '%s' is unknown to %s; it has %s"
                  .formatted(value, backend.word(), Interpolation.words(backend)));
          return Interpolation.BILINEAR;
        });
  }
}
