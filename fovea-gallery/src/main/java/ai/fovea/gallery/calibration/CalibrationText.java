package ai.fovea.gallery.calibration;

import ai.fovea.gallery.calibration.Calibration.Basis;
import ai.fovea.gallery.calibration.Calibration.Label;
import ai.fovea.gallery.calibration.Calibration.Method;
import ai.fovea.gallery.calibration.Calibration.Point;
import ai.fovea.gallery.internal.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/// A [Calibration] as text:
///
///     fovea-calibration 2
///     threshold 0.53
///     basis measured
///     target 0.01
///     false-accepts 0.009 0.004 0.02 1157
///     false-rejects 0.1 0.08 0.13 1157
///     method one 2000 40
///     points 2
///     0.2 0.9 0.01
///     0.6 0.001 0.4
///     labels 1
///     0.55 3 0.1 0.02 0.2 31 a red mug
///
/// Rates are value, low, high and scores; a line of a label holds its threshold, its false accepts,
/// its rate and its name. `-` stands for a number that is not known. Numbers are written as Java
/// writes them, exactly. `method` says whether labels could get thresholds of their own
/// (`per-label`) or not (`one`), how many images were asked at most, and how many negatives; the
/// line is left out where it would say [Method#USUAL], as in all texts that were written before
/// there was one.
///
/// Version 1 was one line: threshold, basis, target, false accept rate, false reject rate, between
/// and within scores. It is read, without intervals.
final class CalibrationText {
  private static final String FIRST = "fovea-calibration 2";
  private static final String UNKNOWN = "-";
  private static final int SHOWN = 60;
  private static final int RATE_PARTS = 4;
  private static final String METHOD = "method ";
  private static final int METHOD_PARTS = 3;
  private static final String PER_LABEL = "per-label";
  private static final String ONE = "one";
  private static final int LABEL_PARTS = 2 + RATE_PARTS;

  private CalibrationText() {}

  static String write(Calibration c) {
    List<String> lines = new ArrayList<>();
    lines.add(FIRST);
    lines.add("threshold " + c.threshold());
    lines.add("basis " + c.basis().text());
    lines.add(
        "target "
            + (c.targetFalseAcceptRate().isPresent()
                ? Double.toString(c.targetFalseAcceptRate().getAsDouble())
                : UNKNOWN));
    lines.add("false-accepts " + rate(c.falseAcceptRate()));
    lines.add("false-rejects " + rate(c.falseRejectRate()));
    if (!c.method().equals(Method.USUAL)) {
      lines.add(
          METHOD
              + (c.method().perLabel() ? PER_LABEL : ONE)
              + " "
              + c.method().images()
              + " "
              + c.method().negatives());
    }
    lines.add("points " + c.curve().size());
    c.curve()
        .forEach(
            p -> lines.add(p.threshold() + " " + p.falseAcceptRate() + " " + p.falseRejectRate()));
    lines.add("labels " + c.labels().size());
    c.labels()
        .forEach((name, label) ->
            lines.add(
                label.threshold()
                    + " "
                    + label.falseAccepts()
                    + " "
                    + rate(label.falseRejectRate())
                    + " "
                    + name));
    return String.join("\n", lines) + "\n";
  }

  static Calibration read(String text) {
    if (!text.contains("\n") && !text.startsWith("fovea-calibration")) {
      return versionOne(text);
    }
    Iterator<String> lines = text.lines().iterator();
    String first = next(lines);
    if (!first.equals(FIRST)) {
      throw new IllegalArgumentException(
          "a calibration begins with '" + FIRST + "', this one with '" + begin(first) + "'");
    }
    float threshold = Float.parseFloat(value(lines, "threshold"));
    Basis basis = Basis.of(value(lines, "basis"));
    OptionalDouble target = number(value(lines, "target"));
    Optional<Rate> accepts = rate(value(lines, "false-accepts").split(" ", -1));
    Optional<Rate> rejects = rate(value(lines, "false-rejects").split(" ", -1));
    String line = next(lines);
    Method method = Method.USUAL;
    if (line.startsWith(METHOD)) {
      method = method(line.substring(METHOD.length()));
      line = next(lines);
    }
    List<Point> curve = new ArrayList<>();
    for (int i = count(value(line, "points")); i > 0; i--) {
      String[] parts = parts(next(lines), 3);
      curve.add(
          new Point(
              Float.parseFloat(parts[0]),
              Double.parseDouble(parts[1]),
              Double.parseDouble(parts[2])));
    }
    SortedMap<String, Label> labels = new TreeMap<>();
    for (int i = count(value(lines, "labels")); i > 0; i--) {
      String[] parts = parts(next(lines), LABEL_PARTS + 1);
      Texts.require("a calibration's label", parts[LABEL_PARTS]);
      labels.put(
          parts[LABEL_PARTS],
          new Label(
              Float.parseFloat(parts[0]),
              rate(Arrays.copyOfRange(parts, 2, LABEL_PARTS)),
              count(parts[1])));
    }
    if (lines.hasNext()) {
      throw new IllegalArgumentException("a calibration has more lines than it says");
    }
    return new Calibration(threshold, basis, target, accepts, rejects, labels, curve, method);
  }

  private static Method method(String text) {
    String[] parts = parts(text, METHOD_PARTS);
    boolean perLabel = parts[0].equals(PER_LABEL);
    if (!perLabel && !parts[0].equals(ONE)) {
      throw new IllegalArgumentException(
          "expected '"
              + PER_LABEL
              + "' or '"
              + ONE
              + "' in a calibration, got '"
              + begin(text)
              + "'");
    }
    return new Method(perLabel, count(parts[1]), count(parts[2]));
  }

  private static Calibration versionOne(String text) {
    String[] parts = parts(text, 7);
    return new Calibration(
        Float.parseFloat(parts[0]),
        Basis.of(parts[1]),
        number(parts[2]),
        bare(parts[3], parts[5]),
        bare(parts[4], parts[6]),
        new TreeMap<>(),
        List.of());
  }

  private static Optional<Rate> bare(String value, String scores) {
    OptionalDouble share = number(value);
    return share.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rate(share.getAsDouble(), 0, 1, count(scores)));
  }

  private static String rate(Optional<Rate> rate) {
    return rate.map(r -> r.value() + " " + r.low() + " " + r.high() + " " + r.scores())
        .orElse(String.join(" ", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN));
  }

  private static Optional<Rate> rate(String[] parts) {
    if (parts.length != RATE_PARTS) {
      throw new IllegalArgumentException(
          "a rate has " + parts.length + " values, expected " + RATE_PARTS);
    }
    return parts[0].equals(UNKNOWN)
        ? Optional.empty()
        : Optional.of(
            new Rate(
                Double.parseDouble(parts[0]),
                Double.parseDouble(parts[1]),
                Double.parseDouble(parts[2]),
                count(parts[3])));
  }

  private static String value(Iterator<String> lines, String key) {
    return value(next(lines), key);
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key + " ")) {
      throw new IllegalArgumentException(
          "expected '" + key + "' in a calibration, got '" + begin(line) + "'");
    }
    return line.substring(key.length() + 1);
  }

  private static String next(Iterator<String> lines) {
    if (!lines.hasNext()) {
      throw new IllegalArgumentException("a calibration is cut short");
    }
    return lines.next();
  }

  private static String[] parts(String line, int expected) {
    String[] parts = line.split(" ", expected);
    if (parts.length != expected) {
      throw new IllegalArgumentException(
          "expected " + expected + " values in a calibration, got '" + begin(line) + "'");
    }
    return parts;
  }

  private static String begin(String line) {
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }

  private static OptionalDouble number(String text) {
    return text.equals(UNKNOWN)
        ? OptionalDouble.empty()
        : OptionalDouble.of(Double.parseDouble(text));
  }

  private static int count(String text) {
    int count = Integer.parseInt(text);
    if (count < 0) {
      throw new IllegalArgumentException("a count in a calibration is " + count);
    }
    return count;
  }
}
