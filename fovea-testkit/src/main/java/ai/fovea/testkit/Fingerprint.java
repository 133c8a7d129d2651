package ai.fovea.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An array in the shape in which golden files describe arrays, and the comparison with such a description.
///
/// @param shape the axes
/// @param dtype `uint8`, `float32` or `float16`
/// @param values in C order
@SuppressWarnings("ArrayRecordComponent") // numbers on their way to a comparison
public record Fingerprint(int[] shape, String dtype, float[] values) {
  /// How far values may be apart.
  ///
  /// @param max for each value; relative to its size where that is above 1 and `relative` is set
  /// @param mean on average
  /// @param relative whether large values may be further apart
  public record Tolerance(double max, double mean, boolean relative) {
    /// Equal values.
    public static final Tolerance EXACT = new Tolerance(0, 0, false);

    /// Values this far apart, whatever their size.
    public static Tolerance of(double max, double mean) {
      return new Tolerance(max, mean, false);
    }
  }

  /// What differs from a golden description, if anything.
  ///
  /// @param full all expected values, where the golden has them
  public Optional<String> difference(JsonNode expected, float @Nullable [] full, Tolerance t) {
    int[] wanted = new int[expected.path("shape").size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = expected.path("shape").get(i).asInt();
    }
    if (!Arrays.equals(wanted, shape)) {
      return Optional.of("shape " + Arrays.toString(shape));
    }
    if (!expected.path("dtype").asString().equals(dtype)) {
      return Optional.of(dtype);
    }
    if (values.length == 0 || sha256().equals(expected.path("sha256").asString())) {
      return Optional.empty();
    }
    return full != null ? compare(full, t) : compare(expected, t);
  }

  private Optional<String> compare(float[] full, Tolerance t) {
    if (full.length != values.length) {
      return Optional.of(values.length + " values where the full array has " + full.length);
    }
    double sum = 0;
    double worst = 0;
    for (int i = 0; i < full.length; i++) {
      double apart = Math.abs(full[i] - values[i]);
      if (t.relative) {
        apart /= Math.max(1, Math.abs(full[i]));
      }
      sum += apart;
      worst = Math.max(worst, apart);
    }
    double mean = sum / full.length;
    return worst <= t.max && mean <= t.mean
        ? Optional.empty()
        : Optional.of("up to %.6g apart, %.6g on average".formatted(worst, mean));
  }

  private Optional<String> compare(JsonNode expected, Tolerance t) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    double mean = sum / values.length;
    double size =
        Math.max(1, Math.max(expected.path("max").asDouble(), -expected.path("min").asDouble()));
    double room = t.mean * (t.relative ? size : 1) + 1e-9;
    if (!(Math.abs(mean - expected.path("mean").asDouble()) <= room)) {
      return Optional.of("mean " + mean);
    }
    double probe = Golden.probe(values);
    double spread = t.mean * Math.sqrt(values.length / 3.0) * 3 * (t.relative ? size : 1);
    if (!(Math.abs(probe - expected.path("probe_dot").asDouble()) <= spread + 1e-6)) {
      return Optional.of("probe_dot " + probe);
    }
    JsonNode first = expected.path("first16");
    for (int i = 0; i < Math.min(first.size(), values.length); i++) {
      double wanted = first.get(i).asDouble();
      double near = t.relative ? t.max * Math.max(1, Math.abs(wanted)) : t.max;
      if (!(Math.abs(values[i] - wanted) <= near)) {
        return Optional.of("value %d is %s instead of %s".formatted(i, values[i], wanted));
      }
    }
    return Optional.empty();
  }

  /// The first 32 hex digits over the little-endian bytes.
  public String sha256() {
    int size =
        switch (dtype) {
          case "uint8" -> 1;
          case "float16" -> 2;
          default -> 4;
        };
    var bytes = ByteBuffer.allocate(size * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      switch (size) {
        case 1 -> bytes.put((byte) (int) v);
        case 2 -> bytes.putShort(Float.floatToFloat16(v));
        default -> bytes.putFloat(v);
      }
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
