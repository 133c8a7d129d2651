package ai.fovea.cli.gallery;

import ai.fovea.chart.Chart;
import ai.fovea.chart.Chart.Kind;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibration.Point;
import ai.fovea.gallery.calibration.GalleryScores;
import ai.fovea.gallery.calibration.Rate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A calibration as two charts with one horizontal axis: how known and unknown things score, and what each threshold would cost. A
/// false accept is an unknown thing taken for known, a false reject a known thing taken for unknown.
final class CalibrationPlot {
  private static final int BINS = 50;
  private static final String UNKNOWN = "unknown things";
  private static final String KNOWN = "known things";

  private CalibrationPlot() {}

  static List<Chart> of(GalleryScores scores, Calibration calibration) {
    Map<String, float[]> kinds = new LinkedHashMap<>();
    kinds.put(UNKNOWN, scores.between());
    kinds.put(KNOWN, scores.within());
    kinds.put("negatives", scores.negatives());
    double low = calibration.threshold();
    double high = low;
    for (float[] some : kinds.values()) {
      for (float score : some) {
        low = Math.min(low, score);
        high = Math.max(high, score);
      }
    }
    for (Point point : calibration.curve()) {
      low = Math.min(low, point.threshold());
      high = Math.max(high, point.threshold());
    }
    List<Chart> charts = new ArrayList<>();
    charts.add(distributions(kinds, calibration, low, high).withXRange(low, high));
    if (!calibration.curve().isEmpty()) {
      charts.add(rates(calibration).withXRange(low, high));
    }
    return charts;
  }

  private static Chart distributions(
      Map<String, float[]> kinds, Calibration calibration, double low, double high) {
    double width = Math.max(high - low, 1e-6) / BINS;
    Chart chart = Chart.of("Best scores of the gallery's images", "score", "% of images");
    double top = 0;
    for (var kind : kinds.entrySet()) {
      if (kind.getValue().length > 0) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        top = Math.max(top, steps(kind.getValue(), low, width, xs, ys));
        chart = chart.with(kind.getKey(), Kind.AREA, xs, ys);
      }
    }
    return chart.withMark(
        threshold(calibration), calibration.threshold(), 0, Math.max(top, 1) * 1.05);
  }

  /// The rates that other thresholds would have.
  static Chart rates(Calibration calibration) {
    List<Double> xs = calibration.curve().stream().map(p -> (double) p.threshold()).toList();
    Chart chart =
        Chart.of("What other thresholds would cost", "threshold", "% false accepts, false rejects")
            .with(
                "unknown taken for known" + here(calibration.falseAcceptRate()),
                UNKNOWN,
                Kind.LINE,
                xs,
                percents(calibration, true));
    if (calibration.falseRejectRate().isPresent()) {
      chart =
          chart.with(
              "known taken for unknown" + here(calibration.falseRejectRate()),
              KNOWN,
              Kind.LINE,
              xs,
              percents(calibration, false));
    }
    return chart.withMark(threshold(calibration), calibration.threshold(), 0, 100);
  }

  /// `threshold 0.7852`.
  static String threshold(Calibration calibration) {
    return "threshold " + GalleryReport.score(calibration.threshold(), 4);
  }

  private static String here(Optional<Rate> rate) {
    return rate.map(r -> String.format(Locale.ROOT, ": %.0f %%", 100 * r.value())).orElse("");
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

  private static List<Double> percents(Calibration calibration, boolean accepts) {
    return calibration.curve().stream()
        .map((Point p) -> 100 * (accepts ? p.falseAcceptRate() : p.falseRejectRate()))
        .toList();
  }
}
