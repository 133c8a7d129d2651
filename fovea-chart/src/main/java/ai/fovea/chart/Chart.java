package ai.fovea.chart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Lines and areas over two axes, immutable:
///
///     Chart.of("Growth", "vectors", "seconds").with("HNSW", Kind.LINE, xs, ys).withLogX().
///
/// [ChartFile] writes it.
///
/// @param title above it; may be empty
/// @param x what the horizontal axis shows
/// @param y what the vertical axis shows
/// @param series what is drawn, the later before the earlier
/// @param xRange where the horizontal axis begins and ends; empty for the least and the greatest value
/// @param logX whether the horizontal axis is logarithmic; its values must then be positive
/// @param logY whether the vertical axis is
public record Chart(
    String title,
    String x,
    String y,
    List<Series> series,
    Optional<Range> xRange,
    boolean logX,
    boolean logY) {

  /// A part of an axis.
  public record Range(double low, double high) {}

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
  ///
  /// @param group series of one group have one colour in all charts of a file, and differ in their markers
  public record Series(String name, String group, Kind kind, List<Double> x, List<Double> y) {
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
    return new Chart(title, x, y, List.of(), Optional.empty(), false, false);
  }

  /// The same with more values, which are a group of their own.
  public Chart with(String name, Kind kind, List<Double> xs, List<Double> ys) {
    return with(name, name, kind, xs, ys);
  }

  /// The same with more values of a group.
  public Chart with(String name, String group, Kind kind, List<Double> xs, List<Double> ys) {
    List<Series> more = new ArrayList<>(series);
    more.add(new Series(name, group, kind, xs, ys));
    return new Chart(title, x, y, more, xRange, logX, logY);
  }

  /// The same with a vertical mark.
  ///
  /// @param low where it begins on the vertical axis
  /// @param high where it ends
  public Chart withMark(String name, double at, double low, double high) {
    return with(name, Kind.DASHED, Collections.nCopies(2, at), List.of(low, high));
  }

  /// The same with a horizontal axis that begins and ends there.
  public Chart withXRange(double low, double high) {
    return new Chart(title, x, y, series, Optional.of(new Range(low, high)), logX, logY);
  }

  /// The same with a logarithmic horizontal axis.
  public Chart withLogX() {
    return new Chart(title, x, y, series, xRange, true, logY);
  }

  /// The same with a logarithmic vertical axis.
  public Chart withLogY() {
    return new Chart(title, x, y, series, xRange, logX, true);
  }
}
