package ai.fovea.gallery.calibration;

import java.util.List;
import java.util.OptionalDouble;

/// How a gallery is calibrated: `CalibrationSettings.balanced()`, or `CalibrationSettings.of(0.01).withNegatives(vectors)`.
///
/// @param falseAcceptRate the wanted share of unknown things that are taken for known ones, more than 0, less than 1; empty for the
///     equal error rate: as large a share of unknown things is accepted as of known things is rejected
/// @param perLabel whether labels with enough pictures get thresholds of their own
/// @param negatives vectors (`[D]` each, not copied) of things that are known to be none of the gallery's; may be empty
/// @param pictures how many pictures are asked at most, evenly spread over the gallery
public record CalibrationSettings(
    OptionalDouble falseAcceptRate, boolean perLabel, List<float[]> negatives, int pictures) {
  /// How many pictures are asked unless somebody says otherwise.
  public static final int USUAL_PICTURES = 2000;

  /// Checks the values.
  public CalibrationSettings {
    falseAcceptRate.ifPresent(Calibration::checkTarget);
    negatives = List.copyOf(negatives);
    if (pictures < 1) {
      throw new IllegalArgumentException("pictures is " + pictures + ", expected 1 or greater");
    }
  }

  /// The usual way: at the equal error rate.
  public static CalibrationSettings balanced() {
    return new CalibrationSettings(OptionalDouble.empty(), true, List.of(), USUAL_PICTURES);
  }

  /// At a false accept rate.
  public static CalibrationSettings of(double falseAcceptRate) {
    return new CalibrationSettings(
        OptionalDouble.of(falseAcceptRate), true, List.of(), USUAL_PICTURES);
  }

  /// The same with thresholds per label, or with one for all.
  public CalibrationSettings withPerLabel(boolean own) {
    return new CalibrationSettings(falseAcceptRate, own, negatives, pictures);
  }

  /// The same with things that are none of the gallery's.
  public CalibrationSettings withNegatives(List<float[]> vectors) {
    return new CalibrationSettings(falseAcceptRate, perLabel, vectors, pictures);
  }

  /// The same with more or fewer pictures asked.
  public CalibrationSettings withPictures(int most) {
    return new CalibrationSettings(falseAcceptRate, perLabel, negatives, most);
  }
}
