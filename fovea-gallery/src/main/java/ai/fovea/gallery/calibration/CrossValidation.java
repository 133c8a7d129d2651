package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The false accept rate on unknown things that were not seen when the threshold was chosen.
///
/// A threshold that lets in 1 % of the between ordered scores that it was read off lets in more of
/// the next things: it depends on the few pairs of labels that resemble each other most. So the
/// whole choice is repeated with each label left out, both as something that asks and as something
/// that is found, and tried on the images of that label, which are then as unknown as a new thing
/// (leave-one-group-out cross-validation: Stone 1974; the groups are the labels, because images of
/// one label are no independent witnesses). Of more than 50 labels every fiftieth is left out
/// together.
final class CrossValidation {
  private static final int FOLDS = 50;
  private static final int LEAST_LABELS = 5;
  private static final double RAREST = 1e-3;
  private static final int STEPS = 20;

  private final List<QueryScores> unknown;
  private final int labels;
  private final int folds;
  private final int[] fold;
  // What each thing gets from the whole gallery, and for each fold, sorted, what the others get
  // without it.
  private final double[] tried;
  private final double[][] seen;

  CrossValidation(List<QueryScores> unknown, double[] offsets, int labels) {
    this.unknown = unknown;
    this.labels = labels;
    this.folds = Math.min(FOLDS, labels);
    this.fold = new int[unknown.size()];
    this.tried = new double[unknown.size()];
    for (int i = 0; i < fold.length; i++) {
      int label = unknown.get(i).label();
      fold[i] = label == GalleryScores.NO_LABEL ? i % folds : label % folds;
      tried[i] = ImpostorScores.of(unknown.get(i), offsets);
    }
    this.seen = new double[possible() ? folds : 0][];
    for (int f = 0; f < seen.length; f++) {
      int left = f;
      seen[f] =
          IntStream.range(0, fold.length)
              .filter(i -> fold[i] != left)
              .mapToDouble(
                  i -> ImpostorScores.of(unknown.get(i), offsets, label -> label % folds == left))
              .sorted()
              .toArray();
    }
  }

  /// With fewer labels hardly anything is left to compare with.
  private boolean possible() {
    return labels >= LEAST_LABELS;
  }

  /// Returns the greatest level, at most `wanted`, whose thresholds let in no more than `wanted`;
  /// or the least one that makes sense.
  double level(double wanted) {
    int n = tried.length;
    int allowed = (int) Math.floor(n * wanted + 1e-9);
    if (!possible()) {
      return allowed >= 1 ? (double) allowed / n : wanted;
    }
    if (allowed >= 1 && share((double) allowed / n) <= wanted) {
      return (double) allowed / n;
    }
    if (allowed >= 1 && share(1.0 / n) <= wanted) {
      int low = 1;
      int high = allowed;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (share((double) middle / n) <= wanted) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return (double) low / n;
    }
    double low = Math.log(RAREST * wanted);
    double high = Math.log(Math.min(wanted, 1.0 / n) * (1 - 1e-6));
    if (share(Math.exp(high)) <= wanted) {
      return Math.exp(high);
    }
    for (int step = 0; step < STEPS; step++) {
      double middle = (low + high) / 2;
      if (share(Math.exp(middle)) <= wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }

  /// Returns the false accept rate of thresholds on things that they were chosen without.
  Rate rate(double level) {
    return rate((double[] orderedScores) -> TailQuantile.threshold(orderedScores, level));
  }

  /// Returns the same for another choice of a threshold.
  ///
  /// @param choice from ordered scores in ascending order
  Rate rate(ToDoubleFunction<double[]> choice) {
    double[] thresholds = thresholds(choice);
    return Rate.of(ImpostorScores.parts(unknown, i -> tried[i] >= thresholds[fold[i]], labels));
  }

  /// Returns the value of [#rate(double)].
  double share(double level) {
    double[] thresholds = thresholds(orderedScores -> TailQuantile.threshold(orderedScores, level));
    int in = 0;
    for (int i = 0; i < tried.length; i++) {
      in += tried[i] >= thresholds[fold[i]] ? 1 : 0;
    }
    return (double) in / tried.length;
  }

  private double[] thresholds(ToDoubleFunction<double[]> choice) {
    if (!possible()) {
      double[] all = tried.clone();
      Arrays.sort(all);
      double[] same = new double[Math.max(1, folds)];
      Arrays.fill(same, choice.applyAsDouble(all));
      return same;
    }
    return Arrays.stream(seen).mapToDouble(choice).toArray();
  }
}
