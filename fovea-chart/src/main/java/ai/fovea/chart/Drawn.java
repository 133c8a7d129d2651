package ai.fovea.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// A [Chart] as XChart draws it: with few lines, in the colours of a [Palette].
final class Drawn {
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND
  };

  // As wide as the widest labels, so that the axes of charts below each other begin at one place.
  private static final int AXIS_WIDTH = 64;
  private static final float BROAD = 2;

  private Drawn() {}

  static XYChart of(Chart chart, Palette palette, int width, int height) {
    XYChart drawn = new XYChart(width, height, ChartTheme.Matlab);
    drawn.setTitle(chart.title());
    drawn.setXAxisTitle(chart.x());
    drawn.setYAxisTitle(chart.y());
    style(drawn.getStyler());
    drawn.getStyler().setXAxisLogarithmic(chart.logX()).setYAxisLogarithmic(chart.logY());
    limit(chart, drawn.getStyler());
    Map<String, Integer> members = new HashMap<>();
    for (Chart.Series series : chart.series()) {
      var added = drawn.addSeries(series.name(), series.x(), series.y());
      boolean mark = series.kind() == Chart.Kind.DASHED;
      Color line = mark ? Palette.INK : palette.of(series.group());
      int member = members.merge(series.group(), 1, Integer::sum) - 1;
      added.setMarker(
          series.kind() == Chart.Kind.DOTS ? MARKERS[member % MARKERS.length] : SeriesMarkers.NONE);
      added.setMarkerColor(line);
      added.setLineColor(line);
      added.setLineStyle(mark ? dashed() : new BasicStroke(BROAD));
      added.setXYSeriesRenderStyle(
          series.kind() == Chart.Kind.AREA ? XYSeriesRenderStyle.Area : XYSeriesRenderStyle.Line);
      added.setFillColor(new Color(line.getRed(), line.getGreen(), line.getBlue(), 60));
    }
    return drawn;
  }

  private static void limit(Chart chart, XYStyler styler) {
    DoubleSummaryStatistics xs =
        chart.series().stream()
            .flatMap(series -> series.x().stream())
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    Chart.Range range = chart.xRange().orElse(new Chart.Range(xs.getMin(), xs.getMax()));
    if (!chart.logX() && range.high() > range.low()) {
      styler.setXAxisMin(range.low()).setXAxisMax(range.high());
    }
  }

  private static BasicStroke dashed() {
    return new BasicStroke(
        1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 4}, 0);
  }

  private static void style(XYStyler styler) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    Font bold = new Font(Font.SANS_SERIF, Font.BOLD, 16);
    styler.setChartTitleFont(bold);
    styler.setAxisTitleFont(plain);
    styler.setAxisTickLabelsFont(plain);
    styler.setLegendFont(plain);
    styler.setChartFontColor(Palette.INK);
    styler.setAxisTickLabelsColor(Palette.INK);
    styler.setAxisTickMarksColor(Palette.INK);
    styler.setChartBackgroundColor(Palette.PAPER);
    styler.setPlotBackgroundColor(Palette.PAPER);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(Palette.GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Vertical);
    styler.setYAxisLeftWidthHint(AXIS_WIDTH);
    styler.setLegendBorderColor(Palette.PAPER);
    styler.setChartPadding(12);
  }
}
