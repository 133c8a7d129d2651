package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.GalleryScores.Asked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// By how much the threshold of a label differs from the gallery's.
///
/// A label whose pictures are all alike can ask for more than one whose pictures differ. The offset of a label with `n`
/// within merits is
///
///     ½ · n / (n + 5) · (median of its within merits - mean of these medians over the labels)
///
/// for labels with at least five within merits, where at least five labels have as many; else 0. Half of the difference is
/// what Poh and Bengio (F-ratio client-dependent normalisation, ICASSP 2005) found best when a client's few genuine scores are mixed with
/// everybody's; the factor before it draws labels with few pictures towards the gallery's threshold, as empirical Bayes estimates do
/// (Efron and Morris 1975). Offsets from between merits, as Z-norm has them, were tried on classes that the gallery
/// does not have and made both rates worse: see `docs/results.md`.
final class LabelOffsets {
  private static final int LEAST_SCORES = 5;
  private static final int LEAST_LABELS = 5;
  private static final double SHARE = 0.5;

  private LabelOffsets() {}

  /// The offsets, as merits, by the labels' numbers.
  static double[] of(List<Asked> known, int labels) {
    List<List<Double>> merits = new ArrayList<>();
    for (int l = 0; l < labels; l++) {
      merits.add(new ArrayList<>());
    }
    known.forEach(a -> merits.get(a.label()).add(a.within()));
    double[] offsets = new double[labels];
    double[] medians =
        merits.stream().mapToDouble(LabelOffsets::median).filter(m -> !Double.isNaN(m)).toArray();
    if (medians.length < LEAST_LABELS) {
      return offsets;
    }
    double mean = Arrays.stream(medians).average().orElseThrow();
    for (int l = 0; l < labels; l++) {
      double median = median(merits.get(l));
      if (!Double.isNaN(median)) {
        int n = merits.get(l).size();
        offsets[l] = SHARE * n / (n + LEAST_SCORES) * (median - mean);
      }
    }
    return offsets;
  }

  private static double median(List<Double> merits) {
    if (merits.size() < LEAST_SCORES) {
      return Double.NaN;
    }
    double[] sorted = merits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
