package ai.fovea.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// A [Chart] as XChart draws it: light, with few lines, in colours that colour-blind readers can tell apart (Okabe and Ito).
final class Drawn {
  private static final Color[] COLOURS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };
  private static final Color GRID = new Color(0xE4E7EB);
  private static final Color TEXT = new Color(0x29323D);
  private static final Color MARK = new Color(0x29323D);
  private static final float BROAD = 2;

  private Drawn() {}

  static XYChart of(Chart chart, int width, int height) {
    XYChart drawn = new XYChart(width, height, ChartTheme.Matlab);
    drawn.setTitle(chart.title());
    drawn.setXAxisTitle(chart.x());
    drawn.setYAxisTitle(chart.y());
    style(drawn.getStyler());
    drawn.getStyler().setXAxisLogarithmic(chart.logX()).setYAxisLogarithmic(chart.logY());
    int colour = 0;
    for (Chart.Series series : chart.series()) {
      var added = drawn.addSeries(series.name(), series.x(), series.y());
      boolean mark = series.kind() == Chart.Kind.DASHED;
      Color line = mark ? MARK : COLOURS[colour++ % COLOURS.length];
      added.setMarker(series.kind() == Chart.Kind.DOTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      added.setMarkerColor(line);
      added.setLineColor(line);
      added.setLineStyle(mark ? dashed() : new BasicStroke(BROAD));
      added.setXYSeriesRenderStyle(
          series.kind() == Chart.Kind.AREA ? XYSeriesRenderStyle.Area : XYSeriesRenderStyle.Line);
      added.setFillColor(new Color(line.getRed(), line.getGreen(), line.getBlue(), 60));
    }
    return drawn;
  }

  private static BasicStroke dashed() {
    return new BasicStroke(
        1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 4}, 0);
  }

  private static void style(XYStyler styler) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    Font bold = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    styler.setChartTitleFont(bold);
    styler.setAxisTitleFont(plain);
    styler.setAxisTickLabelsFont(plain);
    styler.setLegendFont(plain);
    styler.setChartFontColor(TEXT);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setChartPadding(12);
  }
}
