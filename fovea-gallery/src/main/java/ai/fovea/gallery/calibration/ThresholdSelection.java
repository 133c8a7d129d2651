package ai.fovea.gallery.calibration;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration.Basis;
import ai.fovea.gallery.calibration.Calibration.Label;
import ai.fovea.gallery.calibration.Calibration.Point;
import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;

/// Chooses thresholds from the scores of a gallery against itself.
///
/// **Labels**: where [LabelOffsets] gives a label an offset, its threshold is the gallery's plus
/// that. The between ordered score of an image is therefore its greatest ordered score less offset
/// over all labels but its own.
///
/// **The gallery's threshold at the equal error rate**, for `n` between ordered scores and at least
/// one within ordered score:
///
/// | n | threshold | |
/// |---|---|---|
/// | ≥ 20 | [TailQuantile] of the ordered scores at the level where [CrossValidation] expects as large a share of false accepts as there are within ordered scores below; where all within ordered scores lie above all between ordered scores, the middle of the gap | MEASURED |
/// | 1 to 19 | where two normal distributions, of the between and of the within ordered scores, have equal tails: `(m_b·s_w + m_w·s_b) / (s_b + s_w)`; kept inside the gap where there is one | SMALL_GALLERY |
///
/// Without within ordered scores nothing is known of false rejects: 5 % of false accepts are aimed
/// at.
///
/// **The gallery's threshold for a target rate** `r` and `n` between ordered scores:
///
/// | n | threshold | |
/// |---|---|---|
/// | ≥ 20 | [TailQuantile] of the ordered scores at the level that [CrossValidation] finds | MEASURED, or EXTRAPOLATED where level·n < 1 |
/// | 1 to 19 | mean + z(1-r)·s·√(1 + 1/n), at least above the greatest | SMALL_GALLERY |
/// | 0 | 0.5 under cosine, else none | USUAL |
///
/// Where a gallery returned so few results that all were of some image's own label
/// ([QueryScores#isCapped]), its between ordered score is missing, and what is MEASURED otherwise
/// is EXTRAPOLATED: those that are missing are not like the others.
///
/// In the second table `s` is the standard deviation. In a small gallery under cosine it is mixed
/// with five imagined ordered scores of deviation 0.1, because two or three may agree by chance;
/// there the threshold is also kept from becoming unreachable: where all within ordered scores lie
/// above all between ordered scores it is at most the middle of the gap. Under cosine it is at most
/// half-way from the greatest between ordered score to 1, unless it was read off.
final class ThresholdSelection {
  private static final int FEW = 20;
  private static final double USUAL_DEVIATION = 0.1;
  private static final int IMAGINED = 5;
  private static final int POINTS = 101;

  /// Ordered scores of searches and of comparisons one by one differ by so much for equal images.
  private static final double ROUNDING = 1e-5;

  /// Aimed at where the equal error rate is wanted, and nothing is known of false rejects.
  private static final double USUAL_RATE = 0.05;

  private final Similarity similarity;
  private final OptionalDouble rate;
  private final List<String> names;
  private final List<QueryScores> unknown;
  private final List<QueryScores> known;
  private final int conflicts;
  private final boolean capped;
  private final Calibration.Method method;
  private final double[] offsets;
  private final double[] between;
  // Less the offset of the label: comparable with the gallery's threshold.
  private final double[] within;

  ThresholdSelection(GalleryScores scores, CalibrationSettings settings) {
    this.similarity = scores.similarity();
    this.rate = settings.falseAcceptRate();
    this.names = scores.labels();
    this.conflicts = scores.conflicts().size();
    this.method = scores.method(settings.perLabel());
    this.unknown = scores.asked().stream().filter(a -> !a.near().isEmpty()).toList();
    this.capped = scores.asked().stream().anyMatch(QueryScores::isCapped);
    this.known = scores.asked().stream().filter(a -> !Double.isNaN(a.within())).toList();
    this.offsets =
        settings.perLabel() && unknown.size() >= FEW
            ? LabelOffsets.of(known, names.size())
            : new double[names.size()];
    this.between = unknown.stream().mapToDouble(a -> ImpostorScores.of(a, offsets)).toArray();
    this.within = known.stream().mapToDouble(a -> a.within() - offsets[a.label()]).toArray();
  }

  Calibration choose() {
    int n = between.length;
    if (n == 0) {
      return usual();
    }
    double[] sorted = sorted(between);
    if (rate.isEmpty() && within.length > 0) {
      return n < FEW ? balancedFew(sorted) : balanced(sorted);
    }
    double rate = this.rate.orElse(USUAL_RATE);
    if (n < FEW) {
      return few(sorted, rate);
    }
    CrossValidation validation = new CrossValidation(unknown, offsets, names.size());
    double level = validation.level(rate);
    boolean seen = level * n >= 1 - 1e-9;
    float t = TailQuantile.threshold(sorted, level);
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
          (names.size() < 2
                  ? "the gallery has fewer than two labels"
                  : conflicts > 0
                      ? "the gallery has no two labels with images of their own ("
                          + conflicts
                          + (conflicts == 1 ? " image has" : " images have")
                          + " several labels)"
                      : capped
                          ? "the gallery returns too few results to see other labels"
                          : "the gallery's images can't be compared")
              + ", so nothing tells how unknown things score under "
              + similarity.text()
              + ": "
              + (conflicts > 0 ? "leave each image one label" : "add images of a second label")
              + ", or set a threshold");
    }
    return result(
        Calibration.USUAL_COSINE, Basis.USUAL, Optional.empty(), rejects(Calibration.USUAL_COSINE));
  }

  /// Returns what a threshold that somebody chose costs.
  Calibration given(float score) {
    float orderedScore = similarity.metric().orderedScore(score);
    return result(
        orderedScore,
        Basis.GIVEN,
        unknown.isEmpty()
            ? Optional.empty()
            : Optional.of(Rate.of(parts(unknown, i -> between[i] >= orderedScore))),
        rejects(orderedScore));
  }

  private Calibration balanced(double[] sorted) {
    int n = sorted.length;
    double[] known = sorted(within);
    CrossValidation validation = new CrossValidation(unknown, offsets, names.size());
    double greatest = sorted[n - 1];
    if (known[0] - greatest > ROUNDING * Math.max(1, Math.abs(greatest))) {
      // As a threshold is stored, so that rates are those of what is compared with.
      ToDoubleFunction<double[]> middle =
          orderedScores -> (float) ((orderedScores[orderedScores.length - 1] + known[0]) / 2);
      return result((float) middle.applyAsDouble(sorted), Basis.MEASURED, validation.rate(middle));
    }
    // The least number of false accepts at which the false reject rate is no greater.
    int low = 0;
    int high = n;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (excess(validation, sorted, known, middle) >= 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    boolean before =
        low > 0
            && -excess(validation, sorted, known, low) < excess(validation, sorted, known, high);
    double level = (double) (before ? low : high) / n;
    return result(TailQuantile.threshold(sorted, level), Basis.MEASURED, validation.rate(level));
  }

  /// Returns the expected false accept rate less the false reject rate.
  private static double excess(
      CrossValidation validation, double[] sorted, double[] known, int accepted) {
    double level = (double) accepted / sorted.length;
    return validation.share(level) - below(known, TailQuantile.threshold(sorted, level));
  }

  private Calibration balancedFew(double[] sorted) {
    double[] known = sorted(within);
    double unknownMean = mean(sorted);
    double knownMean = mean(known);
    double unknownDeviation = deviation(sorted);
    double knownDeviation = deviation(known);
    double both = unknownDeviation + knownDeviation;
    double t =
        both > 0
            ? (unknownMean * knownDeviation + knownMean * unknownDeviation) / both
            : (unknownMean + knownMean) / 2;
    double greatest = sorted[sorted.length - 1];
    double orderedScore =
        known[0] > TailQuantile.above(greatest)
            ? Math.clamp(t, TailQuantile.above(greatest), known[0])
            : t;
    float threshold = (float) orderedScore;
    Rate accepts = Rate.of(parts(unknown, i -> between[i] >= threshold));
    Optional<Rate> rejects = rejects(threshold);
    return result(
        threshold,
        Basis.SMALL_GALLERY,
        Optional.of(
            unknownDeviation > 0
                ? accepts.withValue(
                    1
                        - NormalDistribution.distribution(
                            (threshold - unknownMean) / unknownDeviation))
                : accepts),
        knownDeviation > 0
            ? rejects.map(r ->
                r.withValue(
                    NormalDistribution.distribution((threshold - knownMean) / knownDeviation)))
            : rejects);
  }

  private static double mean(double[] orderedScores) {
    return Arrays.stream(orderedScores).average().orElseThrow();
  }

  /// Returns the deviation of the next ordered score from the mean of these.
  private double deviation(double[] orderedScores) {
    int n = orderedScores.length;
    double mean = mean(orderedScores);
    double squares = Arrays.stream(orderedScores).map(b -> (b - mean) * (b - mean)).sum();
    return (similarity == Similarity.COSINE
            ? Math.sqrt(
                (squares + IMAGINED * USUAL_DEVIATION * USUAL_DEVIATION) / (n - 1 + IMAGINED))
            : Math.sqrt(squares / Math.max(1, n - 1)))
        * Math.sqrt(1 + 1.0 / n);
  }

  private Calibration few(double[] sorted, double rate) {
    int n = sorted.length;
    double mean = mean(sorted);
    double s = deviation(sorted);
    double max = reach(sorted);
    double lowest = Arrays.stream(within).min().orElse(Double.NEGATIVE_INFINITY);
    if (lowest > sorted[n - 1]) {
      max = Math.min(max, (sorted[n - 1] + lowest) / 2);
    }
    double wanted =
        Math.max(
            mean + NormalDistribution.quantile(1 - rate) * s, TailQuantile.above(sorted[n - 1]));
    float t = (float) Math.min(wanted, Math.max(max, sorted[n - 1]));
    Rate counted = Rate.of(parts(unknown, i -> between[i] >= t));
    return result(
        t,
        Basis.SMALL_GALLERY,
        s > 0 ? counted.withValue(1 - NormalDistribution.distribution((t - mean) / s)) : counted);
  }

  private double reach(double[] sorted) {
    return similarity == Similarity.COSINE
        ? (sorted[sorted.length - 1] + 1) / 2
        : Double.POSITIVE_INFINITY;
  }

  private Calibration result(float orderedScore, Basis basis, Rate falseAccepts) {
    return result(orderedScore, basis, Optional.of(falseAccepts), rejects(orderedScore));
  }

  private Calibration result(
      float orderedScore, Basis basis, Optional<Rate> falseAccepts, Optional<Rate> falseRejects) {
    return new Calibration(
        similarity.metric().orderedScore(orderedScore),
        basis == Basis.MEASURED && capped ? Basis.EXTRAPOLATED : basis,
        basis == Basis.GIVEN ? OptionalDouble.empty() : rate,
        falseAccepts,
        falseRejects,
        labels(orderedScore),
        curve(),
        // A given threshold is one for all in any case; it says nothing of those that are found.
        basis == Basis.GIVEN
            ? new Calibration.Method(true, method.images(), method.negatives())
            : method);
  }

  private Optional<Rate> rejects(float orderedScore) {
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(Rate.of(parts(known, i -> within[i] < orderedScore)));
  }

  private List<Rate.Part> parts(List<QueryScores> of, IntPredicate counted) {
    return ImpostorScores.parts(of, counted, names.size());
  }

  private SortedMap<String, Label> labels(float orderedScore) {
    int[] accepts = new int[names.size()];
    for (int i = 0; i < between.length; i++) {
      if (between[i] >= orderedScore) {
        accepts[ImpostorScores.nearest(unknown.get(i), offsets)]++;
      }
    }
    int[] images = new int[names.size()];
    int[] rejected = new int[names.size()];
    for (int i = 0; i < within.length; i++) {
      images[known.get(i).label()]++;
      rejected[known.get(i).label()] += within[i] < orderedScore ? 1 : 0;
    }
    SortedMap<String, Label> all = new TreeMap<>();
    for (int l = 0; l < accepts.length; l++) {
      if (images[l] > 0 || accepts[l] > 0) {
        float own = offsets[l] == 0 ? orderedScore : own(orderedScore, offsets[l]);
        all.put(
            names.get(l),
            new Label(
                similarity.metric().orderedScore(own),
                images[l] == 0 ? Optional.empty() : Optional.of(Rate.of(rejected[l], images[l])),
                accepts[l]));
      }
    }
    return all;
  }

  /// Returns a label's threshold; under cosine it stays within reach.
  private float own(float orderedScore, double offset) {
    return (float)
        (similarity == Similarity.COSINE
            ? Math.min(orderedScore + offset, (orderedScore + 1) / 2)
            : orderedScore + offset);
  }

  private List<Point> curve() {
    double low = Math.min(least(between), least(within));
    double high = Math.max(most(between), most(within));
    if (!(high >= low)) {
      return List.of();
    }
    // Where all scores are one, as those of two images are, it is told what lies at it and above.
    int count = high > low ? POINTS : 2;
    high = Math.max(high, TailQuantile.above(low));
    double[] b = sorted(between);
    double[] w = sorted(within);
    List<Point> points = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      double t = low + (high - low) * i / (count - 1);
      points.add(
          new Point(similarity.metric().orderedScore((float) t), 1 - below(b, t), below(w, t)));
    }
    return similarity == Similarity.L2 ? points.reversed() : points;
  }

  private static double least(double[] orderedScores) {
    return Arrays.stream(orderedScores).min().orElse(Double.POSITIVE_INFINITY);
  }

  private static double most(double[] orderedScores) {
    return Arrays.stream(orderedScores).max().orElse(Double.NEGATIVE_INFINITY);
  }

  /// Returns the share of ordered scores that are less than `t`.
  private static double below(double[] sorted, double t) {
    long count = Arrays.stream(sorted).takeWhile(m -> m < t).count();
    return sorted.length == 0 ? 0 : (double) count / sorted.length;
  }

  private static double[] sorted(double[] orderedScores) {
    double[] copy = orderedScores.clone();
    Arrays.sort(copy);
    return copy;
  }
}
