package ai.fovea.cli;

import ai.fovea.chart.Chart;
import ai.fovea.chart.Chart.Kind;
import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.Calibration.Point;
import ai.fovea.gallery.GalleryScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A calibration as two charts: how known and unknown things score, and what each threshold would cost.
final class CalibrationPlot {
  private static final int BINS = 50;

  private CalibrationPlot() {}

  static List<Chart> of(GalleryScores scores, Calibration calibration) {
    List<Chart> charts = new ArrayList<>();
    charts.add(distributions(scores, calibration));
    if (!calibration.curve().isEmpty()) {
      charts.add(rates(calibration));
    }
    return charts;
  }

  private static Chart distributions(GalleryScores scores, Calibration calibration) {
    float[] between = scores.between();
    float[] within = scores.within();
    float[] negatives = scores.negatives();
    double low = calibration.threshold();
    double high = low;
    for (float[] some : List.of(between, within, negatives)) {
      for (float score : some) {
        low = Math.min(low, score);
        high = Math.max(high, score);
      }
    }
    double width = Math.max(high - low, 1e-6) / BINS;
    Chart chart = Chart.of("Best scores of the gallery's pictures", "score", "% of pictures");
    double top = 0;
    Map<String, float[]> kinds = new LinkedHashMap<>();
    kinds.put("own label left out", between);
    kinds.put("only itself left out", within);
    kinds.put("negatives", negatives);
    for (var kind : kinds.entrySet()) {
      if (kind.getValue().length > 0) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        top = Math.max(top, steps(kind.getValue(), low, width, xs, ys));
        chart = chart.with(kind.getKey(), Kind.AREA, xs, ys);
      }
    }
    return chart.withMark("threshold", calibration.threshold(), 0, Math.max(top, 1) * 1.05);
  }

  /// The outline of a histogram; the height of its highest bar.
  private static double steps(
      float[] scores, double low, double width, List<Double> xs, List<Double> ys) {
    double[] share = new double[BINS];
    for (float score : scores) {
      share[Math.min(BINS - 1, (int) ((score - low) / width))] += 100.0 / scores.length;
    }
    double top = 0;
    for (int b = 0; b < BINS; b++) {
      xs.add(low + b * width);
      ys.add(share[b]);
      xs.add(low + (b + 1) * width);
      ys.add(share[b]);
      top = Math.max(top, share[b]);
    }
    return top;
  }

  private static Chart rates(Calibration calibration) {
    List<Double> xs = calibration.curve().stream().map(p -> (double) p.threshold()).toList();
    Chart chart =
        Chart.of("What other thresholds would cost", "threshold", "%")
            .with("unknown taken for known", Kind.LINE, xs, percents(calibration, true));
    if (calibration.falseRejectRate().isPresent()) {
      chart = chart.with("known taken for unknown", Kind.LINE, xs, percents(calibration, false));
    }
    return chart.withMark("threshold", calibration.threshold(), 0, 100);
  }

  private static List<Double> percents(Calibration calibration, boolean accepts) {
    return calibration.curve().stream()
        .map((Point p) -> 100 * (accepts ? p.falseAcceptRate() : p.falseRejectRate()))
        .toList();
  }
}
