package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.options.Beside;
import ai.fovea.cli.options.Bounds;
import ai.fovea.config.ShellWords;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.GalleryScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/// How the threshold of a gallery that was changed is found: as it was found before, unless somebody asks for another way.
class Threshold {
  @Option(
      names = "--threshold",
      paramLabel = "SCORE",
      description = "The score that counts as known; left out: found from the images.")
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
      "add images of a second label and calibrate (fovea gallery calibrate), or give one with"
          + " --threshold";

  private final List<String> notes = new ArrayList<>();
  private Optional<Calibration> changed = Optional.empty();

  /// Refuses a threshold that can't be, before anything is done for it.
  final void check(Common common, Similarity similarity) {
    ScoreRange.check(common, "--threshold", given, similarity);
  }

  /// Whether a threshold is to be stored although nothing was changed.
  final boolean isGiven() {
    return given.isPresent() || rate.isPresent();
  }

  /// Whether the threshold is to stay whatever was changed.
  boolean keeps() {
    return false;
  }

  /// Stores the threshold, with the rates that are expected now. One that somebody gave before stays, unless another is given now; so does
  /// one that was found with negatives, which are not at hand any more. Where nothing tells one, none is stored.
  final void apply(Common common, Path folder, LocalGallery gallery) {
    Optional<Calibration> before = gallery.info().calibration();
    String now =
        before
            .map(c -> "the threshold " + score(c.threshold()) + " and its expected rates stay")
            .orElse("no threshold is stored");
    int negatives = negatives(before);
    if (keeps()) {
      notes.add(
          now
              + (before.isPresent() ? " as they were before this change" : "")
              + "; to find it anew: "
              + calibrate(folder, before));
    } else if (negatives > 0 && !isGiven()) {
      notes.add(
          now
              + " as they were: they were found with "
              + GalleryReport.counted(negatives, "negative")
              + ", which the gallery does not hold; to find them anew: "
              + calibrate(folder, before));
    } else {
      store(common, folder, gallery, before, before);
    }
  }

  /// As [#apply], after a change that is stored already, which neither a failure nor an interruption must hide.
  ///
  /// @param did the change, for people: "Removed 3 images from g"
  final void applyAfterChange(Common common, Path folder, LocalGallery gallery, String did)
      throws CommandException {
    try (OnInterruption _ = new OnInterruption(common, () -> List.of(interrupted(folder, did)))) {
      apply(common, folder, gallery);
    } catch (GalleryException e) {
      var told =
          new CommandException(
              folder
                  + ": the images are changed, but the threshold is the one from before: "
                  + Failures.describe(e)
                  + toFind(folder));
      told.initCause(e);
      throw told;
    }
  }

  /// What to say where a command is ended early whose change is stored.
  static String interrupted(Path folder, String did) {
    return "interrupted; "
        + Character.toLowerCase(did.charAt(0))
        + did.substring(1)
        + ", but the threshold is the one from before"
        + toFind(folder);
  }

  private static String toFind(Path folder) {
    return "; to find it anew: fovea gallery calibrate " + ShellWords.quoted(folder.toString());
  }

  /// Stores the threshold of a gallery whose vectors are others than before.
  ///
  /// @param before that of the former vectors
  final void renew(Common common, Path folder, LocalGallery gallery, Optional<Calibration> before) {
    if (!isGiven()) {
      before
          .filter(c -> c.basis() == Calibration.Basis.GIVEN)
          .ifPresent(c ->
              notes.add(
                  "the threshold "
                      + score(c.threshold())
                      + ", which was given, belonged to the former vectors; to give another:"
                      + " fovea gallery calibrate "
                      + ShellWords.quoted(folder.toString())
                      + " --threshold SCORE"));
    }
    store(common, folder, gallery, before, Optional.empty());
  }

  /// @param model what is done as before
  /// @param stored what is stored
  private void store(
      Common common,
      Path folder,
      LocalGallery gallery,
      Optional<Calibration> model,
      Optional<Calibration> stored) {
    CalibrationSettings settings = settings(model);
    Optional<Float> kept = chosen(stored);
    if (negatives(model) > 0) {
      notes.add(
          "the threshold's expected rates are those without the "
              + GalleryReport.counted(negatives(model), "negative")
              + " that counted before; to count them: "
              + calibrate(folder, model));
    }
    GalleryScores scores = measure(common, gallery, settings);
    if (kept.isPresent()) {
      gallery.setCalibration(scores.calibration(kept.get()));
    } else if (scores.isMeasurable()) {
      gallery.setCalibration(scores.calibration(settings));
    } else {
      gallery.removeCalibration();
      notes.add(
          "no threshold could be found under "
              + scores.similarity().text()
              + ", as there are no two labels with images of their own"
              + stored
                  .map(c -> "; the former one, " + score(c.threshold()) + ", is stored no longer")
                  .orElse("")
              + ": "
              + REMEDY);
    }
    boolean stayed = given.isEmpty() && kept.isPresent();
    changed =
        gallery.info().calibration().filter(now -> !stayed && !stored.equals(Optional.of(now)));
  }

  /// Measures a gallery before the eyes of whoever waits for it.
  static GalleryScores measure(Common common, LocalGallery gallery, CalibrationSettings settings) {
    int asked = Math.min(gallery.info().entries(), settings.images()) + settings.negatives().size();
    try (var progress = common.progress("finding the threshold", asked)) {
      return GalleryScores.measure(gallery, settings, progress::at);
    }
  }

  /// The threshold that somebody gives, now or before.
  private Optional<Float> chosen(Optional<Calibration> before) {
    return given.or(() ->
        before
            .filter(c -> rate.isEmpty() && c.basis() == Calibration.Basis.GIVEN)
            .map(Calibration::threshold));
  }

  private CalibrationSettings settings(Optional<Calibration> before) {
    Calibration.Method method = before.map(Calibration::method).orElse(Calibration.Method.USUAL);
    OptionalDouble target =
        rate.map(OptionalDouble::of)
            .orElseGet(() ->
                before.map(Calibration::targetFalseAcceptRate).orElseGet(OptionalDouble::empty));
    return new CalibrationSettings(target, method.perLabel(), List.of(), method.images());
  }

  /// The command that finds a threshold as it was found before, or as it is asked for now.
  private String calibrate(Path folder, Optional<Calibration> before) {
    CalibrationSettings settings = settings(before);
    Optional<Float> score = chosen(before);
    return "fovea gallery calibrate "
        + ShellWords.quoted(folder.toString())
        + (negatives(before) > 0 ? " --negatives PATH" : "")
        + score.map(s -> " --threshold " + s).orElse("")
        + (settings.falseAcceptRate().isPresent() && score.isEmpty()
            ? " --false-accept-rate " + settings.falseAcceptRate().getAsDouble()
            : "")
        + (settings.perLabel() ? "" : " --one-threshold")
        + (settings.images() == CalibrationSettings.USUAL_IMAGES
            ? ""
            : " --images " + settings.images());
  }

  private static int negatives(Optional<Calibration> calibration) {
    return calibration.map(c -> c.method().negatives()).orElse(0);
  }

  private static String score(float threshold) {
    return GalleryReport.score(threshold, 4);
  }

  /// What was stored, if it is another than before.
  final Optional<Calibration> changed() {
    return changed;
  }

  /// What else is to be told.
  final List<String> notes() {
    return List.copyOf(notes);
  }
}
