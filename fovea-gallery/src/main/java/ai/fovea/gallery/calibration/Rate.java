package ai.fovea.gallery.calibration;

import java.util.Collection;

/// A share that was counted, with the interval in which the true one lies with 95 % confidence.
///
/// Images of one label resemble each other, so that a thousand scores of ten labels tell less than
/// a thousand of as many. The interval is Wilson's (1927) for an *effective* number of scores: that
/// number which would give the variance seen between labels (Korn and Graubard 1998; for scores of
/// recognition systems Bolle, Ratha and Pankanti 2004). It lies between the number of labels and
/// that of scores; where all or none were counted, nothing is seen of the variance and each label
/// counts as one.
///
/// @param value the share, 0 to 1
/// @param low the least share that agrees with what was seen
/// @param high the greatest
/// @param scores how many scores it rests on
public record Rate(double value, double low, double high, int scores) {
  private static final double Z = 1.959964;

  /// Checks the values.
  public Rate {
    if (!(0 <= low && low <= value && value <= high && high <= 1) || scores < 0) {
      throw new IllegalArgumentException(
          "a share of " + value + " from " + low + " to " + high + " of " + scores + " scores");
    }
  }

  /// So many of so many, for one label.
  ///
  /// @param counted how many
  /// @param of of how many, 0 or greater
  public record Part(int counted, int of) {}

  /// Returns the share over all labels.
  public static Rate of(Collection<Part> labels) {
    int n = labels.stream().mapToInt(Part::of).sum();
    if (n == 0) {
      return new Rate(0, 0, 1, 0);
    }
    double p = (double) labels.stream().mapToInt(Part::counted).sum() / n;
    long groups = labels.stream().filter(part -> part.of > 0).count();
    double squares =
        labels.stream()
            .mapToDouble(part -> part.counted - p * part.of)
            .map(difference -> difference * difference)
            .sum();
    boolean differs = p > 0 && p < 1 && groups > 1;
    double variance = squares * groups / Math.max(1, groups - 1) / ((double) n * n);
    double effective =
        differs ? Math.clamp(p * (1 - p) / variance, (double) groups, (double) n) : groups;
    return wilson(p, effective, n);
  }

  /// Returns the share of scores that do not depend on each other.
  public static Rate of(int counted, int of) {
    return of == 0 ? new Rate(0, 0, 1, 0) : wilson((double) counted / of, of, of);
  }

  /// Returns the same interval, widened where it must be, around another estimate of the share.
  Rate withValue(double estimate) {
    return new Rate(estimate, Math.min(low, estimate), Math.max(high, estimate), scores);
  }

  private static Rate wilson(double p, double n, int scores) {
    double shrink = 1 + Z * Z / n;
    double middle = (p + Z * Z / (2 * n)) / shrink;
    double half = Z / shrink * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    return new Rate(p, Math.clamp(middle - half, 0, p), Math.clamp(middle + half, p, 1), scores);
  }
}
