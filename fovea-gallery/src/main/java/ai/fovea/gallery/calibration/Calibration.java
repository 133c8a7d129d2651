package ai.fovea.gallery.calibration;

import ai.fovea.gallery.Similarity;
import ai.fovea.index.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The score that separates known from unknown, and what is known about how well it does.
///
/// @param threshold a query counts as known where its score is this good or better; labels may have
///     their own
/// @param basis how the threshold was found
/// @param targetFalseAcceptRate the target false accept rate: the share of unknown things that are
///     accepted; empty where none was given: the threshold then lies at the equal error rate, or
///     was given
/// @param falseAcceptRate the expected false accept rate
/// @param falseRejectRate the expected false reject rate, the share of known things that are
///     rejected: each image compared with its label's other ones, those of its own series left out;
///     empty where no label has two images
/// @param labels what is known of single labels
/// @param curve both rates for other thresholds, by rising threshold; empty where nothing was
///     measured
/// @param method what it was measured with, so that it can be measured again in the same way
public record Calibration(
    float threshold,
    Basis basis,
    OptionalDouble targetFalseAcceptRate,
    Optional<Rate> falseAcceptRate,
    Optional<Rate> falseRejectRate,
    SortedMap<String, Label> labels,
    List<Point> curve,
    Method method) {

  /// How a threshold was found, from best to worst.
  public enum Basis {
    /// Read off the scores of the gallery's own images with their labels left out.
    MEASURED,
    /// There are too few such scores to see so rare an event: their greatest ones, continued. Or
    /// some are missing, because the gallery returns too few results to see past an image's own
    /// label and evaluates no filter that leaves it out.
    EXTRAPOLATED,
    /// There are hardly any: their normal distribution, with a usual spread mixed in.
    SMALL_GALLERY,
    /// There is nothing to go by: [Calibration#USUAL_COSINE].
    USUAL,
    /// Chosen by somebody.
    GIVEN;

    /// Returns the name in files and in JSON: `measured`, `small-gallery` and so on.
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Basis of(String text) {
      return Basis.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /// What is known of a label.
  ///
  /// @param threshold the score that its images have to reach
  /// @param falseRejectRate its expected false reject rate; empty for a single image
  /// @param falseAccepts how many things that are not of this label took it, when asked with their
  ///     own label left out
  public record Label(float threshold, Optional<Rate> falseRejectRate, int falseAccepts) {}

  /// Both rates for another threshold, as counted on the gallery's own scores.
  ///
  /// @param threshold the gallery's; those of labels move along
  public record Point(float threshold, double falseAcceptRate, double falseRejectRate) {}

  /// How scores were measured and a threshold chosen from them.
  ///
  /// @param perLabel whether labels with enough images could get thresholds of their own
  /// @param images how many images were asked at most
  /// @param negatives how many things that are none of the gallery's were asked beside them; their
  ///     vectors are not kept
  public record Method(boolean perLabel, int images, int negatives) {
    /// That of [CalibrationSettings#balanced()].
    public static final Method USUAL = new Method(true, CalibrationSettings.USUAL_IMAGES, 0);

    /// Checks the values.
    public Method {
      if (images < 1 || negatives < 0) {
        throw new IllegalArgumentException(
            "a calibration asked "
                + images
                + " images and "
                + negatives
                + " negatives, expected 1 or more and 0 or more");
      }
    }
  }

  /// The cosine that serves where a gallery can tell nothing about itself: what PaddleClas'
  /// configurations start from.
  public static final float USUAL_COSINE = 0.5f;

  private static final double HALF = 0.5;
  private static final double RARE = 0.05;

  /// Checks and copies.
  public Calibration {
    if (!Float.isFinite(threshold)) {
      throw new IllegalArgumentException("threshold " + threshold + ": expected a finite score");
    }
    targetFalseAcceptRate.ifPresent(Calibration::checkTarget);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    curve = List.copyOf(curve);
  }

  /// Creates one that was measured in the usual way.
  public Calibration(
      float threshold,
      Basis basis,
      OptionalDouble targetFalseAcceptRate,
      Optional<Rate> falseAcceptRate,
      Optional<Rate> falseRejectRate,
      SortedMap<String, Label> labels,
      List<Point> curve) {
    this(
        threshold,
        basis,
        targetFalseAcceptRate,
        falseAcceptRate,
        falseRejectRate,
        labels,
        curve,
        Method.USUAL);
  }

  /// Returns a threshold that somebody chose.
  public static Calibration given(float threshold) {
    return without(threshold, Basis.GIVEN);
  }

  /// Returns the calibration of a gallery that can tell nothing about itself, under cosine.
  public static Calibration usual() {
    return without(USUAL_COSINE, Basis.USUAL);
  }

  /// Returns the score that images of a label have to reach.
  public float thresholdOf(String label) {
    Label own = labels.get(label);
    return own == null ? threshold : own.threshold();
  }

  /// Returns whether a score speaks for a label although the label's threshold may not be reached:
  /// one in twenty known things scores as low, or it lies nearer to the threshold than to the
  /// median of unknown things. Where nothing was measured, only what reaches the threshold does.
  ///
  /// @param similarity what the scores are
  public boolean isProbable(String label, float score, Similarity similarity) {
    return isProbable(label, score, thresholdOf(label), similarity);
  }

  /// Returns the same where something else was needed than this calibration's threshold.
  ///
  /// @param needed the score that images of the label had to reach
  public boolean isProbable(String label, float score, float needed, Similarity similarity) {
    Metric metric = similarity.metric();
    if (curve.isEmpty()) {
      return !metric.better(needed, score);
    }
    // The curve is that of the gallery's threshold; labels' thresholds move along.
    double offset =
        (double) metric.orderedScore(thresholdOf(label)) - metric.orderedScore(threshold);
    double limit = metric.orderedScore(needed) - offset;
    double median =
        curve.stream()
            .filter(point -> point.falseAcceptRate() <= HALF)
            .mapToDouble(point -> metric.orderedScore(point.threshold()))
            .min()
            .orElse(limit);
    double rare =
        curve.stream()
            .filter(point -> point.falseRejectRate() >= RARE)
            .mapToDouble(point -> metric.orderedScore(point.threshold()))
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    return metric.orderedScore(score) - offset >= Math.min(rare, (median + limit) / 2);
  }

  /// Returns how many impostor scores, those of unknown things, it is based on.
  public int betweenScores() {
    return falseAcceptRate.map(Rate::scores).orElse(0);
  }

  /// Returns how many genuine scores, those of known things, it is based on.
  public int withinScores() {
    return falseRejectRate.map(Rate::scores).orElse(0);
  }

  /// Returns the same after a label got another name.
  public Calibration withLabelRenamed(String from, String to) {
    return withLabels(all -> {
      Label moved = all.remove(from);
      if (moved != null) {
        all.put(to, moved);
      }
    });
  }

  /// Returns the same without what is known of a label, for instance because its images are no
  /// longer the same.
  public Calibration withoutLabel(String label) {
    return withLabels(all -> all.remove(label));
  }

  /// Returns this as text of several lines, which [#parse(String)] reads.
  public String toText() {
    return CalibrationText.write(this);
  }

  /// Reads what [#toText()] wrote.
  ///
  /// @throws IllegalArgumentException for anything else
  public static Calibration parse(String text) {
    return CalibrationText.read(text);
  }

  static void checkTarget(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "false accept rate " + rate + ": expected more than 0 and less than 1");
    }
  }

  private Calibration withLabels(Consumer<SortedMap<String, Label>> change) {
    SortedMap<String, Label> changed = new TreeMap<>(labels);
    change.accept(changed);
    return new Calibration(
        threshold,
        basis,
        targetFalseAcceptRate,
        falseAcceptRate,
        falseRejectRate,
        changed,
        curve,
        method);
  }

  private static Calibration without(float threshold, Basis basis) {
    return new Calibration(
        threshold,
        basis,
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        Collections.emptySortedMap(),
        List.of());
  }
}
