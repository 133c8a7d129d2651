package ai.fovea.cli;

import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.CalibrationSettings;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryScores;
import ai.fovea.gallery.Similarity;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How the threshold of a gallery that was changed is found.
final class Threshold {
  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "The score that counts as known; left out: found from the pictures.")
  private Optional<Float> given = Optional.empty();

  @Option(
      names = "--false-accept-rate",
      paramLabel = "SHARE",
      description =
          "The share of unknown things that may be taken for known; left out: as before, else as"
              + " large as that of known things taken for unknown.")
  private Optional<Double> rate = Optional.empty();

  private Optional<Calibration> changed = Optional.empty();

  /// Stores the threshold. One that somebody gave before stays, unless another is given now.
  void apply(Gallery gallery) {
    Optional<Calibration> before = gallery.info().calibration();
    boolean chosen = before.stream().anyMatch(c -> c.basis() == Calibration.Basis.GIVEN);
    boolean measurable =
        gallery.info().settings().similarity() == Similarity.COSINE || gallery.info().labels() > 1;
    if (given.isPresent()) {
      gallery.setCalibration(
          GalleryScores.measure(gallery, CalibrationSettings.balanced()).calibration(given.get()));
    } else if (measurable && (rate.isPresent() || !chosen)) {
      gallery.calibrate(
          rate.or(() -> before.flatMap(c -> c.targetFalseAcceptRate().stream().boxed().findFirst()))
              .map(CalibrationSettings::of)
              .orElseGet(CalibrationSettings::balanced));
    }
    changed = gallery.info().calibration().filter(now -> !before.equals(Optional.of(now)));
  }

  /// What was stored, if it is another than before.
  Optional<Calibration> changed() {
    return changed;
  }
}
