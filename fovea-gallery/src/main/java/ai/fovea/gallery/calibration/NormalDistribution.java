package ai.fovea.gallery.calibration;

/// The normal distribution, to about 1e-7: enough for thresholds.
final class NormalDistribution {
  private NormalDistribution() {}

  /// Returns the share of values below `x`: one half plus the integral of the density from 0, by
  /// its power series `φ(x) Σ x^(2i+1) / (1·3·5…(2i+1))`, whose terms are all of one sign.
  static double distribution(double x) {
    if (Math.abs(x) > 8) {
      return x > 0 ? 1 : 0;
    }
    double term = x;
    double sum = x;
    for (int i = 1; Math.abs(term) > 1e-17 * Math.abs(sum); i++) {
      term *= x * x / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /// Returns the value below which the share `p` (more than 0, less than 1) lies, by bisection.
  static double quantile(double p) {
    double low = -8;
    double high = 8;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (distribution(middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
