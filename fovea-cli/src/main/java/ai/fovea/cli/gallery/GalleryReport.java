package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.ManyOfOneKind;
import ai.fovea.cli.Outcome;
import ai.fovea.config.ShellWords;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Rate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What the gallery commands tell afterwards.
public final class GalleryReport {
  private GalleryReport() {}

  private static final double MANY = 0.3;

  /// Of fewer labels there are few pairs that may resemble each other.
  private static final int FEW_LABELS = 5;

  private static final double TEN = 9.95;
  private static final int DIGITS = 3;
  private static final int NAMED = 3;

  /// Tells what became of a gallery, and all problems.
  static Outcome tell(Common common, Path folder, LocalGallery gallery, Told told) {
    ManyOfOneKind.few(told.problems()).forEach(common::problem);
    told.warnings().forEach(common::warning);
    told.notes().forEach(common::note);
    GalleryInfo info = gallery.info();
    Optional<String> warning =
        told.changed().flatMap(c -> warning(folder, c, info.settings().similarity()));
    Optional<String> hard = told.changed().flatMap(c -> hardLabels(folder, c));
    List<String> warnings =
        Stream.of(told.warnings().stream(), warning.stream(), hard.stream())
            .flatMap(s -> s)
            .toList();
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.putAll(told.counts());
      all.put("info", GalleryJson.info(info));
      all.put("problems", told.problems());
      all.put("warnings", warnings);
      all.put("notes", told.notes());
      common.print(all);
    } else {
      common.out().println(told.did() + "; it holds " + size(info) + ".");
      told.changed().ifPresent(c -> threshold(c).forEach(common.out()::println));
      warning.ifPresent(common::warning);
      hard.ifPresent(common::warning);
    }
    return told.problems().isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }

  /// `3 images of 2 labels`.
  public static String size(GalleryInfo info) {
    return counted(info.entries(), "image") + " of " + counted(info.labels(), "label");
  }

  public static String counted(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  /// The threshold and its expected rates, in two lines.
  public static List<String> threshold(GalleryInfo info) {
    return info.calibration()
        .map(c -> threshold(c, info.labels()))
        .orElseGet(() -> List.of("Threshold: none stored; " + without(info)));
  }

  private static String without(GalleryInfo info) {
    Similarity similarity = info.settings().similarity();
    return similarity == Similarity.COSINE
        ? "the usual one is used"
        : similarity.text() + " has no usual one: " + Threshold.REMEDY;
  }

  /// The threshold and its expected rates, in two lines, or one where no rates are known.
  public static List<String> threshold(Calibration c) {
    return threshold(c, FEW_LABELS);
  }

  private static List<String> threshold(Calibration c, int labels) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Threshold "
            + score(c.threshold(), 4)
            + " ("
            + (isMeasured(c) ? aim(c) : "")
            + switch (c.basis()) {
              case MEASURED ->
                  "measured on the gallery itself"
                      + (labels < FEW_LABELS
                          ? "; its " + counted(labels, "label") + " tell little of other things"
                          : "");
              case EXTRAPOLATED -> "estimated from the gallery's own scores";
              case SMALL_GALLERY -> "a guess from few images; more of them make it better";
              case USUAL ->
                  "the usual one; to measure, two labels with images of their own are needed";
              case GIVEN -> "given";
            }
            + ")");
    List<String> rates = new ArrayList<>();
    c.falseAcceptRate().ifPresent(rate -> rates.add("false accepts " + percent(rate)));
    c.falseRejectRate().ifPresent(rate -> rates.add("false rejects " + percent(rate)));
    if (!rates.isEmpty()) {
      int negatives = c.method().negatives();
      lines.add(
          "Expected: "
              + String.join(", ", rates)
              + (negatives > 0
                  ? "; " + counted(negatives, "negative") + " counted as unknown things"
                  : ""));
    }
    return lines;
  }

  private static String aim(Calibration c) {
    return c.targetFalseAcceptRate().isEmpty()
        ? "equal error rate, "
        : "for " + plain(100 * c.targetFalseAcceptRate().getAsDouble()) + " % false accepts, ";
  }

  /// In as few digits as say the same.
  private static String plain(double percent) {
    return new BigDecimal(percent)
        .round(new MathContext(DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static boolean isMeasured(Calibration c) {
    return switch (c.basis()) {
      case MEASURED, EXTRAPOLATED, SMALL_GALLERY -> true;
      case USUAL, GIVEN -> false;
    };
  }

  /// What to do where too many known things would be rejected, or too many others accepted. A threshold is proposed with what it
  /// costs, and none where both are too many: there is no good one.
  static Optional<String> warning(Path folder, Calibration c, Similarity similarity) {
    double rejected = c.falseRejectRate().map(Rate::value).orElse(0.0);
    double accepted = c.falseAcceptRate().map(Rate::value).orElse(0.0);
    if (rejected <= MANY && accepted <= MANY) {
      return Optional.empty();
    }
    String unknown =
        whole(rejected) + " of the things that the gallery knows would be taken for unknown";
    String known =
        whole(accepted) + " of the things that the gallery does not know would be taken for known";
    String remedies =
        "more images of each label, taken on other days; %sa model trained on such things";
    if (rejected > MANY && accepted > MANY) {
      return Optional.of(
          "known and unknown things can't be told apart: "
              + unknown
              + ", and "
              + known
              + "; remedies: "
              + remedies.formatted(""));
    }
    boolean tooStrict = rejected > MANY;
    return Optional.of(
        (tooStrict ? unknown : known)
            + "; remedies: "
            + remedies.formatted(
                other(c, tooStrict)
                    .map(point ->
                        "a %s threshold (fovea gallery calibrate %s --threshold %s, which takes %s)"
                                .formatted(
                                    tooStrict == similarity.metric().greaterIsBetter()
                                        ? "lower"
                                        : "higher",
                                    ShellWords.quoted(folder.toString()),
                                    digits(point, similarity, tooStrict),
                                    tooStrict
                                        ? whole(point.falseAcceptRate())
                                            + " of unknown things for known"
                                        : whole(point.falseRejectRate())
                                            + " of known things for unknown")
                            + "; ")
                    .orElse("")));
  }

  private static String whole(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /// The labels of which many things would be taken for unknown, more than of all labels and beyond chance.
  static Optional<String> hardLabels(Path folder, Calibration c) {
    double all = c.falseRejectRate().map(Rate::value).orElse(0.0);
    Map<String, Rate> rates = new TreeMap<>();
    c.labels()
        .forEach((name, label) ->
            label
                .falseRejectRate()
                .filter(rate -> rate.value() > MANY && rate.low() > all)
                .ifPresent(rate -> rates.put(name, rate)));
    if (rates.isEmpty()) {
      return Optional.empty();
    }
    List<String> worst =
        rates.entrySet().stream()
            .sorted(Comparator.comparingDouble(e -> -e.getValue().value()))
            .limit(NAMED)
            .map(e ->
                String.format(
                    Locale.ROOT, "'%s' (%.0f %%)", e.getKey(), 100 * e.getValue().value()))
            .toList();
    return Optional.of(
        "many things of "
            + GalleryReport.counted(rates.size(), "label")
            + " would be taken for unknown: "
            + String.join(", ", worst)
            + (rates.size() > NAMED ? ", ..." : "")
            + "; more images of them help; all rates: fovea gallery calibrate "
            + ShellWords.quoted(folder.toString())
            + " --dry-run --json");
  }

  /// A threshold at which neither rate is too great; empty where there is none.
  private static Optional<Calibration.Point> other(Calibration c, boolean tooStrict) {
    return c.curve().stream()
        .filter(p -> p.falseRejectRate() <= MANY && p.falseAcceptRate() <= MANY)
        .filter(p -> (tooStrict ? p.falseRejectRate() : p.falseAcceptRate()) <= MANY / 2)
        .max(
            Comparator.comparingDouble(
                tooStrict
                    ? Calibration.Point::falseRejectRate
                    : Calibration.Point::falseAcceptRate));
  }

  /// A threshold in few digits that do not make it stricter again, or less strict.
  private static String digits(Calibration.Point point, Similarity similarity, boolean tooStrict) {
    boolean down = tooStrict == similarity.metric().greaterIsBetter();
    var digits = new MathContext(DIGITS, down ? RoundingMode.FLOOR : RoundingMode.CEILING);
    return new BigDecimal(point.threshold()).round(digits).stripTrailingZeros().toPlainString();
  }

  /// A score with so many decimals, or where those would show nothing of it in scientific notation: squared distances may be of any
  /// size.
  public static String score(double score, int decimals) {
    boolean shown = score == 0 || Math.abs(score) >= Math.pow(10, 1 - decimals);
    return String.format(Locale.ROOT, "%." + decimals + (shown ? "f" : "e"), score);
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
