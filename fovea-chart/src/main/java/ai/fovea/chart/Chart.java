package ai.fovea.chart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Lines and areas over two axes, immutable:
///
///     Chart.of("Growth", "vectors", "seconds").withLine("HNSW", xs, ys).withLogX().
///
/// [ChartFile] writes it.
///
/// @param title above it; may be empty
/// @param x what the horizontal axis shows
/// @param y what the vertical axis shows
/// @param series what is drawn, the later before the earlier
/// @param logX whether the horizontal axis is logarithmic; its values must then be positive
/// @param logY whether the vertical axis is
public record Chart(
    String title, String x, String y, List<Series> series, boolean logX, boolean logY) {

  /// How values are drawn.
  public enum Kind {
    /// Joined by a line.
    LINE,
    /// Joined by a line, filled below.
    AREA,
    /// Joined by a broken line: limits, marks.
    DASHED,
    /// A line with a dot at each value.
    DOTS
  }

  /// Values with a name, which the legend shows.
  public record Series(String name, Kind kind, List<Double> x, List<Double> y) {
    /// Checks and copies.
    public Series {
      if (x.isEmpty() || x.size() != y.size()) {
        throw new IllegalArgumentException(
            name + ": " + x.size() + " values of x and " + y.size() + " of y, expected as many");
      }
      x = List.copyOf(x);
      y = List.copyOf(y);
    }
  }

  /// Copies the list.
  public Chart {
    series = List.copyOf(series);
  }

  /// A chart with nothing in it.
  public static Chart of(String title, String x, String y) {
    return new Chart(title, x, y, List.of(), false, false);
  }

  /// The same with more values.
  public Chart with(String name, Kind kind, List<Double> xs, List<Double> ys) {
    List<Series> more = new ArrayList<>(series);
    more.add(new Series(name, kind, xs, ys));
    return new Chart(title, x, y, more, logX, logY);
  }

  /// The same with a vertical mark.
  ///
  /// @param low where it begins on the vertical axis
  /// @param high where it ends
  public Chart withMark(String name, double at, double low, double high) {
    return with(name, Kind.DASHED, Collections.nCopies(2, at), List.of(low, high));
  }

  /// The same with a logarithmic horizontal axis.
  public Chart withLogX() {
    return new Chart(title, x, y, series, true, logY);
  }

  /// The same with a logarithmic vertical axis.
  public Chart withLogY() {
    return new Chart(title, x, y, series, logX, true);
  }
}
