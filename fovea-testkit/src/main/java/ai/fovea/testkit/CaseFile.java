package ai.fovea.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Golden files that are one JSON object, compressed (`.gz`) or not.
public final class CaseFile {
  private static final JsonMapper JSON = JsonMapper.shared();

  private CaseFile() {}

  /// The whole file.
  public static JsonNode read(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return JSON.readTree(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The file's `cases`.
  public static List<JsonNode> cases(JsonNode file) {
    List<JsonNode> cases = new ArrayList<>();
    file.path("cases").forEach(cases::add);
    return cases;
  }

  /// Whether the file has cases, and each of them all of these fields.
  public static boolean all(JsonNode file, String... fields) {
    List<JsonNode> cases = cases(file);
    return !cases.isEmpty() && cases.stream().allMatch(c -> Stream.of(fields).allMatch(c::has));
  }

  /// Whether some case has one of these fields.
  public static boolean any(JsonNode file, String... fields) {
    return any(file, c -> Stream.of(fields).anyMatch(c::has));
  }

  /// Whether some case looks like this.
  public static boolean any(JsonNode file, Predicate<JsonNode> looks) {
    return cases(file).stream().anyMatch(looks);
  }

  /// A list of numbers.
  public static double[] doubles(JsonNode list) {
    double[] out = new double[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = number(list.get(i));
    }
    return out;
  }

  /// A list of whole numbers.
  public static long[] longs(JsonNode list) {
    long[] out = new long[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = list.get(i).asLong();
    }
    return out;
  }

  /// A number; the texts `NaN`, `Infinity` and `-Infinity` count.
  public static double number(JsonNode node) {
    return node.isString() ? Double.parseDouble(node.asString()) : node.asDouble();
  }

  /// Whether two numbers agree to `tolerance`, relative to the larger of 1e-3 and the expected one.
  public static boolean near(double expected, double got, double tolerance) {
    return expected == got
        || (Double.isNaN(expected) && Double.isNaN(got))
        || Math.abs(expected - got) <= tolerance * Math.max(1e-3, Math.abs(expected));
  }

  /// `text`, cut to a length that fits on a line.
  public static String brief(Object text) {
    String all = String.valueOf(text).replace('\n', ' ');
    return all.length() <= 200 ? all : all.substring(0, 197) + "...";
  }
}
