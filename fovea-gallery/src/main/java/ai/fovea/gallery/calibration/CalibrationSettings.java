package ai.fovea.gallery.calibration;

import java.util.List;
import java.util.OptionalDouble;

/// How a gallery is calibrated: `CalibrationSettings.balanced()`, or
/// `CalibrationSettings.of(0.01).withNegatives(vectors)`.
///
/// @param falseAcceptRate the target false accept rate, more than 0, less than 1; empty for the
///     equal error rate: as large a share of unknown things is accepted as of known things is
///     rejected
/// @param perLabel whether labels with enough images get thresholds of their own
/// @param negatives vectors (`[D]` each, not copied) of things that are known to be none of the
///     gallery's; may be empty
/// @param images how many images are asked at most, evenly spread over the gallery
public record CalibrationSettings(
    OptionalDouble falseAcceptRate, boolean perLabel, List<float[]> negatives, int images) {
  /// How many images are asked unless somebody says otherwise.
  public static final int USUAL_IMAGES = 2000;

  /// Checks the values.
  public CalibrationSettings {
    falseAcceptRate.ifPresent(Calibration::checkTarget);
    negatives = List.copyOf(negatives);
    if (images < 1) {
      throw new IllegalArgumentException("images is " + images + ", expected 1 or greater");
    }
  }

  /// Returns the usual way: at the equal error rate.
  public static CalibrationSettings balanced() {
    return new CalibrationSettings(OptionalDouble.empty(), true, List.of(), USUAL_IMAGES);
  }

  /// At a false accept rate.
  public static CalibrationSettings of(double falseAcceptRate) {
    return new CalibrationSettings(
        OptionalDouble.of(falseAcceptRate), true, List.of(), USUAL_IMAGES);
  }

  /// Returns the same with thresholds per label, or with one for all.
  public CalibrationSettings withPerLabel(boolean own) {
    return new CalibrationSettings(falseAcceptRate, own, negatives, images);
  }

  /// Returns the same with things that are none of the gallery's.
  public CalibrationSettings withNegatives(List<float[]> vectors) {
    return new CalibrationSettings(falseAcceptRate, perLabel, vectors, images);
  }

  /// Returns the same with more or fewer images asked.
  public CalibrationSettings withImages(int max) {
    return new CalibrationSettings(falseAcceptRate, perLabel, negatives, max);
  }
}
