package ai.fovea.image.transform;

import java.util.List;
import java.util.random.RandomGenerator;

/// Ranges of numbers to draw from.
final class Ranges {
  private Ranges() {}

  /// Evenly between the ends; a range without extent gives its end.
  static double draw(double from, double to, RandomGenerator random) {
    return from + (to - from) * random.nextDouble();
  }

  static List<Double> checked(String name, List<Double> range) {
    if (range.size() != 2 || range.get(0) > range.get(1) || !(range.get(0) > 0)) {
      throw new IllegalArgumentException(
          name + " must be two positive numbers, the smaller first, got " + range);
    }
    return List.copyOf(range);
  }

  /// Two positive numbers, the smaller first.
  static List<Double> read(Settings s, String key, List<Double> defaultValue) {
    List<Double> range = s.numbers(key, defaultValue, 2);
    if (range.get(0) > range.get(1) || !(range.get(0) > 0)) {
      s.problem("'" + key + "' must be two positive numbers, the smaller first, got " + range);
      return defaultValue;
    }
    return range;
  }
}
