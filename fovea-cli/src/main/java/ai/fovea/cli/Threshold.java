package ai.fovea.cli;

import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.CalibrationSettings;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryScores;
import ai.fovea.gallery.Similarity;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How the threshold of a gallery that was changed is found.
final class Threshold {
  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "The score that counts as known; left out: found from the pictures.")
  @Beside(not = "--false-accept-rate")
  private Optional<Float> given = Optional.empty();

  @Option(
      names = "--false-accept-rate",
      paramLabel = "SHARE",
      description =
          "The share of unknown things that may be taken for known; left out: as before, else as"
              + " large as that of known things taken for unknown.")
  @Bounds(from = 0, to = 1, excluded = true)
  private Optional<Double> rate = Optional.empty();

  static final String REMEDY =
      "add pictures of a second label and calibrate (fovea gallery calibrate), or give one with"
          + " --threshold";

  private Optional<Calibration> changed = Optional.empty();
  private Optional<String> missing = Optional.empty();

  /// Refuses a threshold that can't be, before anything is done for it.
  void check(Common common, Similarity similarity) {
    ScoreRange.check(common, "--threshold", given, similarity);
  }

  /// Stores the threshold, with the rates that are expected now. One that somebody gave before stays, unless another is given now; where nothing
  /// tells one, none is stored.
  void apply(Gallery gallery) {
    Optional<Calibration> before = gallery.info().calibration();
    boolean chosen = before.stream().anyMatch(c -> c.basis() == Calibration.Basis.GIVEN);
    CalibrationSettings settings =
        rate.or(() -> before.flatMap(c -> c.targetFalseAcceptRate().stream().boxed().findFirst()))
            .map(CalibrationSettings::of)
            .orElseGet(CalibrationSettings::balanced);
    Optional<Float> kept =
        given.or(() ->
            rate.isPresent() || !chosen ? Optional.empty() : before.map(Calibration::threshold));
    GalleryScores scores = GalleryScores.measure(gallery, settings);
    if (kept.isPresent()) {
      gallery.setCalibration(scores.calibration(kept.get()));
    } else if (scores.isMeasurable()) {
      gallery.setCalibration(scores.calibration(settings));
    } else {
      missing =
          Optional.of(
              "no threshold could be found under "
                  + scores.similarity().text()
                  + ", as there are no two labels with pictures of their own: "
                  + REMEDY);
    }
    boolean stayed = given.isEmpty() && kept.isPresent();
    changed =
        gallery.info().calibration().filter(now -> !stayed && !before.equals(Optional.of(now)));
  }

  /// What was stored, if it is another than before.
  Optional<Calibration> changed() {
    return changed;
  }

  /// What else is to be told.
  List<String> notes() {
    return missing.stream().toList();
  }
}
