package ai.fovea.gallery;

import ai.fovea.index.Metric;
import java.util.Arrays;
import java.util.OptionalDouble;

/// Chooses a threshold from the scores of a gallery against itself.
///
/// *Between* scores are what unknown things get: a picture's best score where its own label is left out. *Within* scores
/// are what known things get: its best score among its label's other pictures. With `n` between scores and a
/// wanted rate `r` the threshold `t` is, always above the share `1 - r` of what was seen:
///
/// | n | t | |
/// |---|---|---|
/// | ≥ 20 and n·r ≥ 1 | between the scores number ⌊n·r⌋ and ⌊n·r⌋ + 1 from above | MEASURED |
/// | ≥ 20 and n·r < 1 | mean + z(1-r)·s of the scores, at least above the greatest | EXTRAPOLATED |
/// | 1 to 19 | mean + z(1-r)·s·√(1 + 1/n), at least above the greatest | SMALL_GALLERY |
/// | 0 | 0.5 under cosine, else none | USUAL |
///
/// where `s` is the standard deviation. In a small gallery under cosine it is mixed with five imagined scores
/// of deviation 0.1, because two or three scores may agree by chance; there the threshold is also kept from becoming
/// unreachable: where all within scores lie above all between scores it is at most the middle of the gap, and
/// under cosine at most half-way from the greatest between score to 1.
final class Calibrator {
  private static final int FEW = 20;
  private static final double USUAL_DEVIATION = 0.1;
  private static final int IMAGINED = 5;

  private final Similarity similarity;
  private final double rate;
  // Merits, sorted upwards: greater is better in either metric.
  private final double[] between;
  private final double[] within;

  /// @param between best scores with the own label left out
  /// @param within best scores among the own label's other pictures
  Calibrator(Similarity similarity, double targetFalseAcceptRate, float[] between, float[] within) {
    Calibration.checkTarget(targetFalseAcceptRate);
    this.similarity = similarity;
    this.rate = targetFalseAcceptRate;
    this.between = merits(similarity.metric(), between);
    this.within = merits(similarity.metric(), within);
  }

  Calibration choose() {
    int n = between.length;
    if (n == 0) {
      if (similarity != Similarity.COSINE) {
        throw new GalleryException(
            "the gallery has fewer than two labels, so nothing tells how unknown things score under"
                + " "
                + similarity.text()
                + ": add pictures of a second label, or set a threshold");
      }
      return result(Calibration.USUAL_COSINE, Calibration.Basis.USUAL, OptionalDouble.empty());
    }
    if (n >= FEW && n * rate >= 1) {
      int allowed = (int) Math.floor(n * rate);
      double above = between[n - allowed];
      double below = between[n - allowed - 1];
      float t = above > below ? (float) ((above + below) / 2) : above(above);
      return result(
          t > below ? t : above(below), Calibration.Basis.MEASURED, OptionalDouble.empty());
    }
    double mean = Arrays.stream(between).average().orElseThrow();
    double squares = Arrays.stream(between).map(b -> (b - mean) * (b - mean)).sum();
    if (n >= FEW) {
      double s = Math.sqrt(squares / (n - 1));
      float t = Math.max((float) (mean + Normal.quantile(1 - rate) * s), above(between[n - 1]));
      return result(t, Calibration.Basis.EXTRAPOLATED, tail(t, mean, s));
    }
    double s = deviationOfFew(squares) * Math.sqrt(1 + 1.0 / n);
    float t = Math.max((float) (mean + Normal.quantile(1 - rate) * s), above(between[n - 1]));
    t = reachable(t);
    return result(t, Calibration.Basis.SMALL_GALLERY, tail(t, mean, s));
  }

  private double deviationOfFew(double squares) {
    int n = between.length;
    return similarity == Similarity.COSINE
        ? Math.sqrt((squares + IMAGINED * USUAL_DEVIATION * USUAL_DEVIATION) / (n - 1 + IMAGINED))
        : Math.sqrt(squares / Math.max(1, n - 1));
  }

  private float reachable(float t) {
    double greatest = between[between.length - 1];
    double most = Double.POSITIVE_INFINITY;
    if (within.length > 0 && within[0] > greatest) {
      most = (greatest + within[0]) / 2;
    }
    if (similarity == Similarity.COSINE) {
      most = Math.min(most, (greatest + 1) / 2);
    }
    return (float) Math.min(t, Math.max(most, greatest));
  }

  private static OptionalDouble tail(double t, double mean, double deviation) {
    return deviation > 0
        ? OptionalDouble.of(1 - Normal.distribution((t - mean) / deviation))
        : OptionalDouble.empty();
  }

  private Calibration result(float merit, Calibration.Basis basis, OptionalDouble estimated) {
    OptionalDouble seen =
        between.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(shareFrom(between, merit));
    OptionalDouble rejected =
        within.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(1 - shareFrom(within, merit));
    return new Calibration(
        similarity.metric().merit(merit),
        basis,
        OptionalDouble.of(rate),
        estimated.isPresent() ? estimated : seen,
        rejected,
        between.length,
        within.length);
  }

  private static double shareFrom(double[] merits, float from) {
    return (double) Arrays.stream(merits).filter(m -> m >= from).count() / merits.length;
  }

  private static float above(double merit) {
    return Math.nextUp((float) merit);
  }

  private static double[] merits(Metric metric, float[] scores) {
    double[] merits = new double[scores.length];
    for (int i = 0; i < merits.length; i++) {
      merits[i] = metric.merit(scores[i]);
    }
    Arrays.sort(merits);
    return merits;
  }
}
