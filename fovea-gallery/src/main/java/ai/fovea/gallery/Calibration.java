package ai.fovea.gallery;

import java.util.Locale;
import java.util.OptionalDouble;

/// The score that separates known from unknown, and what is known about how well it does.
///
/// @param threshold a query counts as known where its score is this good or better
/// @param basis how the threshold was found
/// @param targetFalseAcceptRate the wanted share of unknown things that are taken for known ones; empty where none was named
/// @param falseAcceptRate the share expected from the gallery: each picture asked with its whole label left out
/// @param falseRejectRate the share of known things expected to be taken for unknown: each picture asked with only
///     itself left out; empty where no label has two pictures
/// @param betweenScores how many scores the first of the two rests on
/// @param withinScores how many scores the second rests on
public record Calibration(
    float threshold,
    Basis basis,
    OptionalDouble targetFalseAcceptRate,
    OptionalDouble falseAcceptRate,
    OptionalDouble falseRejectRate,
    int betweenScores,
    int withinScores) {

  /// How a threshold was found, from best to worst.
  public enum Basis {
    /// Read off the scores of the gallery's own pictures with their labels left out.
    MEASURED,
    /// There are too few such scores to see so rare an event: their normal distribution, continued.
    EXTRAPOLATED,
    /// There are hardly any: their normal distribution, with a usual spread mixed in.
    SMALL_GALLERY,
    /// There is nothing to go by: [Calibration#USUAL_COSINE].
    USUAL,
    /// Chosen by somebody.
    GIVEN;

    /// The name in files and in JSON: `measured`, `small-gallery` and so on.
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Basis of(String text) {
      return Basis.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /// The cosine that serves where a gallery can tell nothing about itself: what PaddleClas' configurations start from.
  public static final float USUAL_COSINE = 0.5f;

  /// Checks the values.
  public Calibration {
    if (!Float.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold " + threshold + ": expected a finite score");
    }
    targetFalseAcceptRate.ifPresent(Calibration::checkTarget);
  }

  /// A threshold that somebody chose.
  public static Calibration given(float threshold) {
    return without(threshold, Basis.GIVEN);
  }

  static Calibration usual() {
    return without(USUAL_COSINE, Basis.USUAL);
  }

  static void checkTarget(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "false accept rate " + rate + ": expected more than 0 and less than 1");
    }
  }

  private static Calibration without(float threshold, Basis basis) {
    OptionalDouble unknown = OptionalDouble.empty();
    return new Calibration(threshold, basis, unknown, unknown, unknown, 0, 0);
  }
}
