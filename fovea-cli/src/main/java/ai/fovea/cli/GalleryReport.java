package ai.fovea.cli;

import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.Rate;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the gallery commands tell afterwards.
final class GalleryReport {
  private GalleryReport() {}

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
    problems.forEach(common::problem);
    GalleryInfo info = gallery.info();
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.putAll(counts);
      all.put("info", GalleryJson.info(info));
      all.put("problems", problems);
      common.print(all);
    } else {
      common.out().println(did + "; it holds " + size(info) + ".");
      common.out().println(threshold(info));
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

  /// The threshold in a sentence.
  static String threshold(GalleryInfo info) {
    return threshold(info.calibration());
  }

  /// The threshold in a sentence.
  static String threshold(Optional<Calibration> calibration) {
    return calibration
        .map(c ->
            String.format(Locale.ROOT, "Threshold: %.4f", c.threshold())
                + " ("
                + switch (c.basis()) {
                  case MEASURED -> "measured on the gallery itself";
                  case EXTRAPOLATED -> "estimated from the gallery's own scores";
                  case SMALL_GALLERY -> "a guess from few pictures; more of them make it better";
                  case USUAL -> "the usual one; a second label is needed to measure";
                  case GIVEN -> "given";
                }
                + ")"
                + share(", of unknown things taken for known: ", c.falseAcceptRate())
                + share(", of known things taken for unknown: ", c.falseRejectRate()))
        .orElse("Threshold: none stored; the usual one is used");
  }

  private static String share(String text, Optional<Rate> rate) {
    return rate.map(r -> text + percent(r)).orElse("");
  }

  /// `0.9 % (0.3 to 2.2 %)`: the share and its 95 % interval.
  static String percent(Rate rate) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f %%)",
        100 * rate.value(),
        100 * rate.low(),
        100 * rate.high());
  }
}
