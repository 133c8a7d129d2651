package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// By how much the threshold of a label differs from the gallery's.
///
/// A label whose images are all alike can ask for more than one whose images differ. The offset of
/// a label with `n` within ordered scores is
///
///     ½ · n / (n + 5) · (median of its within ordered scores - mean of these medians over the labels)
///
/// for labels with at least five within ordered scores, where at least five labels have as many;
/// else 0. Half of the difference is what Poh and Bengio (F-ratio client-dependent normalisation,
/// ICASSP 2005) found best when a client's few genuine scores are mixed with everybody's; the
/// factor before it draws labels with few images towards the gallery's threshold, as empirical
/// Bayes estimates do (Efron and Morris 1975). Offsets from between ordered scores, as Z-norm has
/// them, were tried on classes that the gallery does not have and made both rates worse: see
/// `docs/results.md`.
final class LabelOffsets {
  private static final int LEAST_SCORES = 5;
  private static final int LEAST_LABELS = 5;
  private static final double SHARE = 0.5;

  private LabelOffsets() {}

  /// Returns the offsets, as ordered scores, by the labels' numbers.
  static double[] of(List<QueryScores> known, int labels) {
    List<List<Double>> orderedScores = new ArrayList<>();
    for (int l = 0; l < labels; l++) {
      orderedScores.add(new ArrayList<>());
    }
    known.forEach(a -> orderedScores.get(a.label()).add(a.within()));
    double[] offsets = new double[labels];
    double[] medians =
        orderedScores.stream()
            .mapToDouble(LabelOffsets::median)
            .filter(m -> !Double.isNaN(m))
            .toArray();
    if (medians.length < LEAST_LABELS) {
      return offsets;
    }
    double mean = Arrays.stream(medians).average().orElseThrow();
    for (int l = 0; l < labels; l++) {
      double median = median(orderedScores.get(l));
      if (!Double.isNaN(median)) {
        int n = orderedScores.get(l).size();
        offsets[l] = SHARE * n / (n + LEAST_SCORES) * (median - mean);
      }
    }
    return offsets;
  }

  private static double median(List<Double> orderedScores) {
    if (orderedScores.size() < LEAST_SCORES) {
      return Double.NaN;
    }
    double[] sorted = orderedScores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
