package ai.fovea.testkit;

import ai.fovea.graph.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How golden files of training describe tensors: inputs by a generator or by their values, parameters by a rule, results
/// by all their values or by norm, probe and the first few.
public final class Spec {
  /// Values agree to this, relative to the larger of the value and the tensor's root mean square.
  public static final double VALUES = 1e-5;

  /// Gradients agree to this.
  public static final double GRADIENTS = 1e-4;

  /// What rounding may leave where the true value is zero.
  private static final double NOISE = 2e-7;

  private Spec() {}

  /// An input: `gen`, `f32` or `i64`.
  public static NDArray array(JsonNode spec) {
    int[] dims = Tensors.dims(spec.path("shape"));
    if (spec.has("i64")) {
      return NDArray.of(CaseFile.longs(spec.path("i64")), dims);
    }
    if (spec.has("f32")) {
      float[] values = new float[spec.path("f32").size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) CaseFile.number(spec.path("f32").get(i));
      }
      return NDArray.of(values, dims);
    }
    return NDArray.of(
        Golden.values(
            spec.path("gen").asString(),
            size(dims),
            spec.path("scale").asDouble(1),
            spec.path("shift").asDouble(0)),
        dims);
  }

  /// Parameters by name, each `{"param": seed name, "shape": …}`.
  public static Map<String, NDArray> parameters(JsonNode specs, double gain) {
    var out = new LinkedHashMap<String, NDArray>();
    for (var e : specs.properties()) {
      int[] dims = Tensors.dims(e.getValue().path("shape"));
      String seed = e.getValue().path("param").asString();
      out.put(e.getKey(), NDArray.of(Golden.parameter(e.getKey(), seed, dims, gain), dims));
    }
    return out;
  }

  /// How many values a tensor of these axes has.
  public static int size(int[] dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }

  /// What differs from a result: a number, or an object with `shape`, `l2`, `probe` and `data` or `first`.
  ///
  /// @param factor by which the file's values are to be multiplied
  public static Optional<Tensors.Difference> difference(
      JsonNode expected, NDArray got, double tolerance, double factor) {
    float[] values = got.floats();
    if (!expected.isObject()) {
      double want = CaseFile.number(expected) * factor;
      return near(want, values[0], tolerance * Math.max(1, Math.abs(want)))
          ? Optional.empty()
          : Optional.of(new Tensors.Difference("value", "" + want, "" + values[0]));
    }
    int[] dims = Tensors.dims(expected.path("shape"));
    if (size(dims) != values.length) {
      return Optional.of(
          new Tensors.Difference(
              "shape", expected.path("shape").toString(), got.shape().toString()));
    }
    double l2 = CaseFile.number(expected.path("l2")) * Math.abs(factor);
    double typical = l2 / Math.sqrt(Math.max(1, values.length));
    JsonNode each = expected.has("data") ? expected.path("data") : expected.path("first");
    for (int i = 0; i < each.size(); i++) {
      double want = CaseFile.number(each.get(i)) * factor;
      // A single value is the sum of many: its rounding follows the size of the terms.
      double room = 4 * tolerance * Math.max(typical, Math.abs(want)) + NOISE;
      if (!near(want, values[i], room)) {
        return Optional.of(new Tensors.Difference("value " + i, "" + want, "" + values[i]));
      }
    }
    return norms(l2, CaseFile.number(expected.path("probe")) * factor, values, tolerance);
  }

  /// What differs in norm and probe.
  public static Optional<Tensors.Difference> norms(
      double l2, double probe, float[] values, double tolerance) {
    double gotL2 = Golden.l2(values);
    double room = tolerance * Math.abs(l2) + NOISE * Math.sqrt(values.length);
    if (!near(l2, gotL2, room)) {
      return Optional.of(new Tensors.Difference("l2", "" + l2, "" + gotL2));
    }
    double gotProbe = Golden.probe(values);
    return near(probe, gotProbe, 2 * room)
        ? Optional.empty()
        : Optional.of(new Tensors.Difference("probe", "" + probe, "" + gotProbe));
  }

  private static boolean near(double want, double got, double room) {
    return want == got || (Double.isNaN(want) && Double.isNaN(got)) || Math.abs(want - got) <= room;
  }
}
