package ai.fovea.testkit;

import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;

/// Compares tensors with what golden files say about them: shape, leading values, norms, probe.
public final class Tensors {
  /// What differs.
  ///
  /// @param what of the tensor
  /// @param expected what the golden file has
  /// @param got what was computed
  public record Difference(String what, String expected, String got) {}

  private Tensors() {}

  /// The axes of a shape.
  public static int[] dims(JsonNode shape) {
    int[] dims = new int[shape.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.get(i).asInt();
    }
    return dims;
  }

  /// A list of numbers.
  public static float[] floats(JsonNode values) {
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values.get(i).asDouble();
    }
    return out;
  }

  /// The values that the builder gives a table.
  public static float[] initial(Param param) {
    NDArray values = Init.values(param, new SplittableRandom(0));
    if (param.dtype().floating()) {
      return values.floats();
    }
    long[] whole = values.longs();
    float[] out = new float[whole.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = whole[i];
    }
    return out;
  }

  /// The first difference that is larger than `tolerance`, which is relative to the size of the whole tensor.
  ///
  /// @param golden any of `shape`, `first`, `l2`, `probe`, `mean`, `std`, `min`, `max`
  public static Optional<Difference> compare(JsonNode golden, NDArray got, double tolerance) {
    if (golden.has("shape")) {
      Shape shape = Shape.of(dims(golden.get("shape")));
      if (!shape.equals(got.shape())) {
        return Optional.of(new Difference("shape", shape.toString(), got.shape().toString()));
      }
    }
    float[] values = got.floats();
    double l2 = golden.path("l2").asDouble(Golden.l2(values));
    double typical = l2 / Math.sqrt(values.length);
    Optional<Difference> first = leading(golden.path("first"), values, typical, tolerance);
    if (first.isPresent()) {
      return first;
    }
    double sum = 0;
    float[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    double least = sorted[0];
    double most = sorted[sorted.length - 1];
    for (float v : values) {
      sum += v;
    }
    double mean = sum / values.length;
    double spread = 0;
    for (float v : values) {
      spread += (v - mean) * (v - mean);
    }
    double std = Math.sqrt(spread / values.length);
    // Single elements may be further off than the whole is.
    return number(golden, "l2", Golden.l2(values), tolerance * l2)
        .or(() -> number(golden, "probe", Golden.probe(values), tolerance * l2))
        .or(() -> number(golden, "mean", mean, tolerance * typical))
        .or(() -> number(golden, "std", std, tolerance * typical))
        .or(() -> extreme(golden, "min", least, typical, tolerance))
        .or(() -> extreme(golden, "max", most, typical, tolerance));
  }

  private static Optional<Difference> extreme(
      JsonNode golden, String field, double got, double typical, double tolerance) {
    double size = Math.max(typical, Math.abs(got));
    return number(golden, field, got, 4 * tolerance * size);
  }

  private static Optional<Difference> leading(
      JsonNode golden, float[] values, double typical, double tolerance) {
    if (!golden.isArray() || golden.isEmpty()) {
      return Optional.empty();
    }
    float[] expected = floats(golden);
    double off = 0;
    double size = 0;
    int worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = (double) values[i] - expected[i];
      off += d * d;
      size += (double) expected[i] * expected[i];
      worst = Math.abs(d) > Math.abs(values[worst] - expected[worst]) ? i : worst;
    }
    double scale = Math.max(Math.sqrt(size), typical * Math.sqrt(expected.length));
    double apart = Math.sqrt(off) / scale;
    if (Math.sqrt(off) <= tolerance * scale) {
      return Optional.empty();
    }
    String what =
        String.format(
            java.util.Locale.ROOT,
            "leading values within %.1e (they are %.1e apart), value %d",
            tolerance,
            apart,
            worst);
    return Optional.of(new Difference(what, "" + expected[worst], "" + values[worst]));
  }

  private static Optional<Difference> number(
      JsonNode golden, String field, double got, double tolerance) {
    if (!golden.hasNonNull(field)) {
      return Optional.empty();
    }
    double expected = golden.get(field).asDouble();
    return Math.abs(expected - got) <= tolerance
        ? Optional.empty()
        : Optional.of(new Difference(field, "" + expected, "" + got));
  }

  /// `|a - b| / |a|`.
  public static double apart(NDArray a, NDArray b) {
    float[] x = a.floats();
    float[] y = b.floats();
    double off = 0;
    for (int i = 0; i < x.length; i++) {
      off += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    double size = Golden.l2(x);
    return size == 0 ? Math.sqrt(off) : Math.sqrt(off) / size;
  }
}
