package ai.fovea.gallery.calibration;

import java.util.Arrays;

/// A quantile in the upper tail of ordered scores: the ordered score that a given share of them
/// reaches.
///
/// For a share of `k` of the `n` ordered scores seen it lies between the greatest `k` and the
/// others; for shares between, it is interpolated. For rarer events the greatest tenth is continued
/// by an exponential distribution: above a high mark, what exceeds it follows a generalised Pareto
/// distribution (Balkema and de Haan 1974, Pickands 1975), whose shape is at most 0 where scores
/// are bounded, as cosines are; 0 is the exponential one and errs towards higher thresholds.
final class TailQuantile {
  private static final int LEAST = 2;
  private static final double HALF = 0.5;

  private TailQuantile() {}

  /// Returns a ordered score that about the share `level` of `sorted` reaches; where level·n is a
  /// whole number, no more than that.
  ///
  /// @param sorted upwards, at least one
  static float threshold(double[] sorted, double level) {
    double expected = sorted.length * level;
    int whole = (int) Math.floor(expected + 1e-9);
    if (whole >= sorted.length) {
      return (float) sorted[0];
    }
    if (whole >= 1) {
      double rest = expected - whole;
      float t = after(sorted, whole);
      return rest < 1e-9 || whole + 1 >= sorted.length
          ? t
          : (float) (t + rest * (after(sorted, whole + 1) - t));
    }
    if (expected < HALF || sorted.length < 2) {
      return continued(sorted, expected);
    }
    float seen = after(sorted, 1);
    return (float) (seen + (1 - expected) / HALF * (continued(sorted, HALF) - seen));
  }

  /// Returns the least number that is greater than an ordered score.
  static float above(double orderedScore) {
    return Math.nextUp((float) orderedScore);
  }

  /// Between the greatest `k` and the others; above all `k` where ties leave no room.
  private static float after(double[] sorted, int k) {
    double greater = sorted[sorted.length - k];
    double less = sorted[sorted.length - k - 1];
    float middle = (float) ((greater + less) / 2);
    return greater > less && middle > less ? middle : above(less);
  }

  /// Reached by `expected` of as many ordered scores, less than one.
  private static float continued(double[] sorted, double expected) {
    int n = sorted.length;
    int tail = Math.min(n - 1, Math.max(LEAST, n / 10));
    if (tail < 1) {
      return above(sorted[n - 1]);
    }
    double mark = sorted[n - 1 - tail];
    double excess = Arrays.stream(sorted, n - tail, n).map(m -> m - mark).average().orElseThrow();
    return (float) Math.max(above(sorted[n - 1]), mark + excess * Math.log(tail / expected));
  }
}
