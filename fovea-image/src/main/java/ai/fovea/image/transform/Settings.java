package ai.fovea.image.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The settings of one operation, read from a configuration. Whatever is wrong is collected with its
/// place, so that a user sees all problems at once; a reader then goes on with the default.
final class Settings {
  /// What is known and collected while a whole list of operations is read.
  static final class Context {
    final Dialect dialect;
    final List<String> problems = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    /// Whether the reference would hold a Pillow picture at this place: some operations ask.
    boolean pillow;

    Context(Dialect dialect, boolean pillow) {
      this.dialect = dialect;
      this.pillow = pillow;
    }
  }

  private final String where;
  private final Map<?, ?> map;
  private final TreeSet<String> unread = new TreeSet<>();
  final Context context;
  private boolean strange;

  Settings(String where, Map<?, ?> map, Context context) {
    this.where = where;
    this.map = map;
    this.context = context;
    map.keySet().forEach(key -> unread.add(String.valueOf(key)));
  }

  void problem(String what) {
    context.problems.add(where + ": " + what);
  }

  void note(String what) {
    context.notes.add(where + ": " + what);
  }

  /// Entries that the reference has and that change nothing here.
  void ignore(String... keys) {
    Arrays.asList(keys).forEach(unread::remove);
  }

  /// Says which entries nobody asked for.
  void finish() {
    unread.forEach(key -> problem("unknown setting '" + key + "'; remove it"));
  }

  private @Nullable Object value(String key) {
    unread.remove(key);
    return map.get(key);
  }

  boolean has(String key) {
    return map.get(key) != null;
  }

  boolean isList(String key) {
    return map.get(key) instanceof List;
  }

  boolean flag(String key, boolean otherwise) {
    Object value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    problem("'" + key + "' must be true or false, got " + value);
    return otherwise;
  }

  String text(String key, String otherwise) {
    Object value = value(key);
    return value == null ? otherwise : String.valueOf(value);
  }

  double number(String key, double otherwise) {
    Object value = value(key);
    if (value == null) {
      return otherwise;
    }
    return number(value)
        .orElseGet(() -> {
          problem("'" + key + "' must be a number, got " + value);
          return otherwise;
        });
  }

  double number(String key, double otherwise, double least, double most) {
    double value = number(key, otherwise);
    if (!(value >= least && value <= most)) {
      problem("'%s' must be from %s to %s, got %s".formatted(key, least, most, value));
      return otherwise;
    }
    return value;
  }

  int integer(String key, int otherwise, int least) {
    double value = number(key, otherwise);
    if (value != Math.rint(value) || value < least || value > Integer.MAX_VALUE) {
      problem(
          "'%s' must be a whole number of at least %d, got %s".formatted(key, least, map.get(key)));
      return otherwise;
    }
    return (int) value;
  }

  /// A number, or a fraction such as `1.0/255.0`, or a list of `count` numbers.
  List<Double> numbers(String key, List<Double> otherwise, int count) {
    Object value = value(key);
    if (value == null) {
      return otherwise;
    }
    List<?> items = value instanceof List<?> list ? list : List.of(value);
    List<Double> numbers = items.stream().map(Settings::number).flatMap(Optional::stream).toList();
    if (numbers.size() != items.size() || (count > 0 && numbers.size() != count)) {
      problem(
          "'%s' must be %s numbers, got %s"
              .formatted(key, count > 0 ? "" + count : "a list of", value));
      return otherwise;
    }
    return numbers;
  }

  /// `[first, second]` or one whole number for both; empty where absent or wrong.
  Optional<int[]> pair(String key, int least) {
    Object value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    List<?> items = value instanceof List<?> list ? list : List.of(value, value);
    int[] out = new int[2];
    boolean right = items.size() == 2;
    for (int i = 0; right && i < 2; i++) {
      double number = number(items.get(i)).orElse(Double.NaN);
      right = number == Math.rint(number) && number >= least && number <= Integer.MAX_VALUE;
      out[i] = (int) number;
    }
    if (!right) {
      problem(
          "'%s' must be one whole number or two, each at least %d, got %s"
              .formatted(key, least, value));
      return Optional.empty();
    }
    return Optional.of(out);
  }

  int[] requiredPair(String key, int least) {
    boolean there = has(key);
    return pair(key, least)
        .orElseGet(() -> {
          if (!there) {
            problem("'" + key + "' is missing");
          }
          return new int[] {1, 1};
        });
  }

  Backend backend(Backend otherwise) {
    String word = text("backend", otherwise.word());
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
    Object value = value("interpolation");
    if (value == null) {
      return Interpolation.BILINEAR;
    }
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

  private static Optional<Double> number(@Nullable Object value) {
    if (value instanceof Number number) {
      return Optional.of(number.doubleValue());
    }
    if (value instanceof String text) {
      String[] parts = text.split("/", -1);
      try {
        return switch (parts.length) {
          case 1 -> Optional.of(Double.parseDouble(parts[0].strip()));
          case 2 ->
              Optional.of(
                  Double.parseDouble(parts[0].strip()) / Double.parseDouble(parts[1].strip()));
          default -> Optional.empty();
        };
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
