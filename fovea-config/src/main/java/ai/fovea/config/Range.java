package ai.fovea.config;

/// The numbers that a setting may have. Infinite ones and those that are none lie in no range.
///
/// @param min the least
/// @param minIncluded whether it may be that itself
/// @param max the largest, infinite for no bound
/// @param maxIncluded whether it may be that itself
public record Range(double min, boolean minIncluded, double max, boolean maxIncluded) {
  /// Returns all numbers that are not smaller than `min`.
  public static Range atLeast(double min) {
    return new Range(min, true, Double.POSITIVE_INFINITY, false);
  }

  /// Returns all numbers larger than `min`.
  public static Range above(double min) {
    return new Range(min, false, Double.POSITIVE_INFINITY, false);
  }

  /// Returns the numbers from `min` to `max`, both included.
  public static Range between(double min, double max) {
    return new Range(min, true, max, true);
  }

  /// Returns the numbers from `min`, included, to `max`, which is not.
  public static Range below(double min, double max) {
    return new Range(min, true, max, false);
  }

  /// Returns the numbers between `min` and `max`, neither of them included.
  public static Range inside(double min, double max) {
    return new Range(min, false, max, false);
  }

  /// Returns whether a number lies in it.
  public boolean contains(double value) {
    return Double.isFinite(value)
        && (minIncluded ? value >= min : value > min)
        && (maxIncluded ? value <= max : value < max);
  }

  /// Returns the range in words that follow "expected": `0 or more`, `a number from 0 to less than 1`.
  public String words() {
    if (max >= Double.MAX_VALUE) {
      return minIncluded ? shown(min) + " or more" : "more than " + shown(min);
    }
    String from = minIncluded ? "a number from " : "a number larger than ";
    String to = maxIncluded ? " to " : minIncluded ? " to less than " : " and smaller than ";
    return from + shown(min) + to + shown(max);
  }

  /// Returns a number as people write it: `5` for 5.0.
  public static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
