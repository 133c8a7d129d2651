package ai.fovea.gallery;

import ai.fovea.gallery.Calibration.Basis;
import ai.fovea.gallery.Calibration.Label;
import ai.fovea.gallery.Calibration.Point;
import ai.fovea.gallery.GalleryScores.Asked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// Chooses thresholds from the scores of a gallery against itself.
///
/// **Labels**: where [LabelOffsets] gives a label an offset, its threshold is the gallery's plus that. The between merit of a
/// picture is therefore its greatest merit less offset over all labels but its own.
///
/// **The gallery's threshold**, for the wanted rate `r` and `n` between merits:
///
/// | n | threshold | |
/// |---|---|---|
/// | ≥ 20 | [Tail] of the merits at the level that [CrossValidation] finds | MEASURED, or EXTRAPOLATED where level·n < 1 |
/// | 1 to 19 | mean + z(1-r)·s·√(1 + 1/n), at least above the greatest | SMALL_GALLERY |
/// | 0 | 0.5 under cosine, else none | USUAL |
///
/// where `s` is the standard deviation. In a small gallery under cosine it is mixed with five imagined merits
/// of deviation 0.1, because two or three may agree by chance; there the threshold is also kept from becoming
/// unreachable: where all within merits lie above all between merits it is at most the middle of the gap. Under
/// cosine it is at most half-way from the greatest between merit to 1, unless it was read off.
final class Calibrator {
  private static final int FEW = 20;
  private static final double USUAL_DEVIATION = 0.1;
  private static final int IMAGINED = 5;
  private static final int POINTS = 101;

  private final Similarity similarity;
  private final double rate;
  private final List<String> names;
  private final List<Asked> unknown;
  private final List<Asked> known;
  private final double[] offsets;
  private final double[] between;
  // Less the offset of the label: comparable with the gallery's threshold.
  private final double[] within;

  Calibrator(GalleryScores scores, CalibrationSettings settings) {
    this.similarity = scores.similarity();
    this.rate = settings.falseAcceptRate();
    this.names = scores.labels();
    this.unknown = scores.asked().stream().filter(a -> !a.near().isEmpty()).toList();
    this.known = scores.asked().stream().filter(a -> !Double.isNaN(a.within())).toList();
    this.offsets =
        settings.perLabel() && unknown.size() >= FEW
            ? LabelOffsets.of(known, names.size())
            : new double[names.size()];
    this.between = unknown.stream().mapToDouble(a -> BetweenMerit.of(a, offsets)).toArray();
    this.within = known.stream().mapToDouble(a -> a.within() - offsets[a.label()]).toArray();
  }

  Calibration choose() {
    int n = between.length;
    if (n == 0) {
      return usual();
    }
    double[] sorted = sorted(between);
    if (n < FEW) {
      return few(sorted);
    }
    CrossValidation validation = new CrossValidation(unknown, offsets, names.size());
    double level = validation.level(rate);
    boolean seen = level * n >= 1 - 1e-9;
    float t = Tail.threshold(sorted, level);
    Rate expected = validation.rate(level);
    return seen
        ? result(t, Basis.MEASURED, expected)
        : result(
            (float) Math.min(t, reach(sorted)),
            Basis.EXTRAPOLATED,
            expected.withValue(Math.max(expected.value(), Math.min(level, rate))));
  }

  private Calibration usual() {
    if (similarity != Similarity.COSINE) {
      throw new GalleryException(
          "the gallery has fewer than two labels, so nothing tells how unknown things score under "
              + similarity.text()
              + ": add pictures of a second label, or set a threshold");
    }
    return result(Calibration.USUAL_COSINE, Basis.USUAL, Optional.empty());
  }

  private Calibration few(double[] sorted) {
    int n = sorted.length;
    double mean = Arrays.stream(sorted).average().orElseThrow();
    double squares = Arrays.stream(sorted).map(b -> (b - mean) * (b - mean)).sum();
    double s =
        (similarity == Similarity.COSINE
                ? Math.sqrt(
                    (squares + IMAGINED * USUAL_DEVIATION * USUAL_DEVIATION) / (n - 1 + IMAGINED))
                : Math.sqrt(squares / Math.max(1, n - 1)))
            * Math.sqrt(1 + 1.0 / n);
    double most = reach(sorted);
    double lowest = Arrays.stream(within).min().orElse(Double.NEGATIVE_INFINITY);
    if (lowest > sorted[n - 1]) {
      most = Math.min(most, (sorted[n - 1] + lowest) / 2);
    }
    double wanted = Math.max(mean + Normal.quantile(1 - rate) * s, Tail.above(sorted[n - 1]));
    float t = (float) Math.min(wanted, Math.max(most, sorted[n - 1]));
    Rate counted = Rate.of(parts(unknown, i -> between[i] >= t));
    return result(
        t,
        Basis.SMALL_GALLERY,
        s > 0 ? counted.withValue(1 - Normal.distribution((t - mean) / s)) : counted);
  }

  private double reach(double[] sorted) {
    return similarity == Similarity.COSINE
        ? (sorted[sorted.length - 1] + 1) / 2
        : Double.POSITIVE_INFINITY;
  }

  private Calibration result(float merit, Basis basis, Rate falseAccepts) {
    return result(merit, basis, Optional.of(falseAccepts));
  }

  private Calibration result(float merit, Basis basis, Optional<Rate> falseAccepts) {
    return new Calibration(
        similarity.metric().merit(merit),
        basis,
        OptionalDouble.of(rate),
        falseAccepts,
        known.isEmpty()
            ? Optional.empty()
            : Optional.of(Rate.of(parts(known, i -> within[i] < merit))),
        labels(merit),
        curve());
  }

  private List<Rate.Part> parts(List<Asked> of, IntPredicate counted) {
    return BetweenMerit.parts(of, counted, names.size());
  }

  private SortedMap<String, Label> labels(float merit) {
    int[] accepts = new int[names.size()];
    for (int i = 0; i < between.length; i++) {
      if (between[i] >= merit) {
        accepts[BetweenMerit.nearest(unknown.get(i), offsets)]++;
      }
    }
    int[] pictures = new int[names.size()];
    int[] rejected = new int[names.size()];
    for (int i = 0; i < within.length; i++) {
      pictures[known.get(i).label()]++;
      rejected[known.get(i).label()] += within[i] < merit ? 1 : 0;
    }
    SortedMap<String, Label> all = new TreeMap<>();
    for (int l = 0; l < accepts.length; l++) {
      if (pictures[l] > 0 || accepts[l] > 0) {
        float own = offsets[l] == 0 ? merit : own(merit, offsets[l]);
        all.put(
            names.get(l),
            new Label(
                similarity.metric().merit(own),
                pictures[l] == 0
                    ? Optional.empty()
                    : Optional.of(Rate.of(rejected[l], pictures[l])),
                accepts[l]));
      }
    }
    return all;
  }

  /// A label's threshold; under cosine it stays within reach.
  private float own(float merit, double offset) {
    return (float)
        (similarity == Similarity.COSINE
            ? Math.min(merit + offset, (merit + 1) / 2)
            : merit + offset);
  }

  private List<Point> curve() {
    double low = Math.min(least(between), least(within));
    double high = Math.max(most(between), most(within));
    if (!(high > low)) {
      return List.of();
    }
    double[] b = sorted(between);
    double[] w = sorted(within);
    List<Point> points = new ArrayList<>(POINTS);
    for (int i = 0; i < POINTS; i++) {
      double t = low + (high - low) * i / (POINTS - 1);
      points.add(new Point(similarity.metric().merit((float) t), 1 - below(b, t), below(w, t)));
    }
    return similarity == Similarity.L2 ? points.reversed() : points;
  }

  private static double least(double[] merits) {
    return Arrays.stream(merits).min().orElse(Double.POSITIVE_INFINITY);
  }

  private static double most(double[] merits) {
    return Arrays.stream(merits).max().orElse(Double.NEGATIVE_INFINITY);
  }

  /// The share of merits that are less than `t`.
  private static double below(double[] sorted, double t) {
    long count = Arrays.stream(sorted).takeWhile(m -> m < t).count();
    return sorted.length == 0 ? 0 : (double) count / sorted.length;
  }

  private static double[] sorted(double[] merits) {
    double[] copy = merits.clone();
    Arrays.sort(copy);
    return copy;
  }
}
