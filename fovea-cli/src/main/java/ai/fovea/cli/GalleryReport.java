package ai.fovea.cli;

import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.Rate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the gallery commands tell afterwards.
final class GalleryReport {
  private GalleryReport() {}

  private static final double MANY = 0.3;
  private static final double TEN = 9.95;

  /// Tells what became of a gallery, and all problems.
  ///
  /// @param did one line for people, e.g. `added 12 pictures to mugs`
  /// @param counts what was done, for programs
  static Outcome tell(
      Common common,
      Path folder,
      Gallery gallery,
      String did,
      Map<String, ?> counts,
      List<String> problems) {
    return tell(common, folder, gallery, did, counts, Optional.empty(), problems);
  }

  /// The same with the threshold, where it is another than before.
  static Outcome tell(
      Common common,
      Path folder,
      Gallery gallery,
      String did,
      Map<String, ?> counts,
      Optional<Calibration> changed,
      List<String> problems) {
    return tell(common, folder, gallery, did, counts, changed, problems, List.of(), List.of());
  }

  /// The same with all that is to be told.
  ///
  /// @param warnings what was done although something is wrong
  /// @param notes what was left alone on purpose
  static Outcome tell(
      Common common,
      Path folder,
      Gallery gallery,
      String did,
      Map<String, ?> counts,
      Optional<Calibration> changed,
      List<String> problems,
      List<String> warnings,
      List<String> notes) {
    problems.forEach(common::problem);
    warnings.forEach(common::warning);
    notes.forEach(common::note);
    GalleryInfo info = gallery.info();
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.putAll(counts);
      all.put("info", GalleryJson.info(info));
      changed.flatMap(c -> warning(folder, c)).ifPresent(w -> all.put("warning", w));
      all.put("problems", problems);
      all.put("warnings", warnings);
      all.put("notes", notes);
      common.print(all);
    } else {
      common.out().println(did + "; it holds " + size(info) + ".");
      changed.ifPresent(c -> threshold(c).forEach(common.out()::println));
      changed.flatMap(c -> warning(folder, c)).ifPresent(common::problem);
    }
    return problems.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  /// `3 pictures of 2 labels`.
  static String size(GalleryInfo info) {
    return counted(info.entries(), "picture") + " of " + counted(info.labels(), "label");
  }

  static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  /// The threshold and its expected rates, in two lines.
  static List<String> threshold(GalleryInfo info) {
    return info.calibration()
        .map(GalleryReport::threshold)
        .orElse(List.of("Threshold: none stored; the usual one is used"));
  }

  /// The threshold and its expected rates, in two lines, or one where no rates are known.
  static List<String> threshold(Calibration c) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "Threshold %.4f", c.threshold())
            + " ("
            + (c.targetFalseAcceptRate().isEmpty() && isMeasured(c) ? "equal error rate, " : "")
            + switch (c.basis()) {
              case MEASURED -> "measured on the gallery itself";
              case EXTRAPOLATED -> "estimated from the gallery's own scores";
              case SMALL_GALLERY -> "a guess from few pictures; more of them make it better";
              case USUAL -> "the usual one; a second label is needed to measure";
              case GIVEN -> "given";
            }
            + ")");
    List<String> rates = new ArrayList<>();
    c.falseAcceptRate().ifPresent(rate -> rates.add("false accepts " + percent(rate)));
    c.falseRejectRate().ifPresent(rate -> rates.add("false rejects " + percent(rate)));
    if (!rates.isEmpty()) {
      lines.add("Expected: " + String.join(", ", rates));
    }
    return lines;
  }

  private static boolean isMeasured(Calibration c) {
    return switch (c.basis()) {
      case MEASURED, EXTRAPOLATED, SMALL_GALLERY -> true;
      case USUAL, GIVEN -> false;
    };
  }

  /// What to do where too many known things would be rejected.
  static Optional<String> warning(Path folder, Calibration c) {
    return c.falseRejectRate()
        .filter(rate -> rate.value() > MANY)
        .map(rate ->
            String.format(
                Locale.ROOT,
                "warning: %.0f %% of the things that the gallery knows would be taken for unknown;"
                    + " remedies: more pictures of each label, taken on other days; a lower"
                    + " threshold (fovea gallery calibrate %s --threshold %.2f); a model trained on"
                    + " such things",
                100 * rate.value(),
                ShellWords.quoted(folder.toString()),
                lower(c)));
  }

  /// A threshold at which fewer known things are rejected.
  private static float lower(Calibration c) {
    return c.curve().stream()
        .filter(p -> p.falseRejectRate() <= MANY / 2)
        .max(Comparator.comparingDouble(Calibration.Point::falseRejectRate))
        .map(Calibration.Point::threshold)
        .orElse(c.threshold());
  }

  /// `0.9 % (0.3–2.2)`: the share and its 95 % interval.
  static String percent(Rate rate) {
    return number(rate.value()) + " % (" + number(rate.low()) + "–" + number(rate.high()) + ")";
  }

  /// Percent with two digits, or one behind the point below ten.
  private static String number(double share) {
    double percent = 100 * share;
    String text = String.format(Locale.ROOT, percent < TEN ? "%.1f" : "%.0f", percent);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
