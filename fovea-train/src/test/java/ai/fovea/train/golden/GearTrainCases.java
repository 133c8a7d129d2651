package ai.fovea.train.golden;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Shape;
import ai.fovea.models.Models;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Spec;
import ai.fovea.testkit.Tensors;
import ai.fovea.testkit.Verdict;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `gears.json`: necks and heads while they train, call after call, and afterwards.
public final class GearTrainCases implements GoldenFormat {
  /// Margins multiply rounding by their scale, up to 64.
  private static final double TOLERANCE = 3e-5;

  @Override
  public String name() {
    return "gears in training";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.any(content, c -> c.has("state") && c.has("eval") && c.has("input"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream().map(c -> run(c, file.toString())).toList();
  }

  private static CaseResult run(JsonNode c, String where) {
    String name = c.path("name").asString();
    String gear = c.path("config").path("name").asString();
    return Models.heads().contains(gear)
        ? Verdict.of(name, where, v -> check(c, v))
        : CaseResult.skipped(name, "not built yet: " + gear, where);
  }

  private static void check(JsonNode c, Verdict verdict) {
    var description = AsYaml.config(c.path("config")).raw();
    int[] dims = Tensors.dims(c.path("input").path("shape"));
    Shape shape = Shape.batch(Arrays.copyOfRange(dims, 1, dims.length));
    Graph graph = Models.head(description, shape, c.has("label"));
    var values = Spec.parameters(c.path("state"), c.path("gain").asDouble(1));
    try (var parameters = TorchParameters.of(graph, values)) {
      var network = new TorchNetwork(graph, parameters);
      List<JsonNode> train =
          c.path("train").isArray()
              ? c.path("train").valueStream().toList()
              : c.has("train") ? List.of(c.path("train")) : List.of();
      for (int i = 0; i < train.size(); i++) {
        call(c, network, i, train.get(i), true, verdict);
      }
      call(c, network, 0, c.path("eval"), false, verdict);
    }
  }

  private static void call(
      JsonNode c,
      TorchNetwork network,
      int step,
      JsonNode expected,
      boolean training,
      Verdict verdict) {
    String name = c.path("name").asString();
    String at = training ? "train " + step : "eval";
    TorchParameters parameters = network.parameters();
    try (var _ = new TensorScope()) {
      Tensor x = input(c.path("input"), name, step).requireGrad();
      var inputs = new HashMap<String, Tensor>();
      inputs.put("features", x);
      if (c.has("label")) {
        inputs.put("label", Engines.tensor(c.path("label")));
      }
      Tensor y = network.run(inputs, training).values().iterator().next();
      verdict.check(
          at + " output",
          Spec.difference(expected.path("output"), y.detach().toArray(), TOLERANCE, 1));
      float[] cotangent = Golden.values(name + "/cotangent", y.shape().size(), 1, 0);
      y.mul(Tensor.of(cotangent, y.shape().sizes())).sum().backward();
      for (var e : expected.path("grads").properties()) {
        String key = e.getKey().replace("state/", "");
        Optional<Tensor> got = (key.equals("input") ? x : parameters.get(key)).grad();
        boolean both = !e.getValue().isNull() && got.isPresent();
        verdict.that(
            both || e.getValue().isNull() == got.isEmpty(),
            at + " gradient of " + key,
            "one",
            "none");
        if (both) {
          verdict.check(
              at + " gradient of " + key,
              Spec.difference(e.getValue(), got.get().toArray(), Spec.GRADIENTS, 1));
        }
      }
      for (var e : expected.path("buffers_after").properties()) {
        verdict.check(
            at + " " + e.getKey(),
            Spec.difference(
                e.getValue(), parameters.get(e.getKey()).detach().toArray(), TOLERANCE, 1));
      }
      parameters.clearGrads();
    }
  }

  private static Tensor input(JsonNode spec, String name, int step) {
    if (step == 0) {
      return Engines.tensor(spec);
    }
    int[] dims = Tensors.dims(spec.path("shape"));
    return Tensor.of(
        Golden.values(
            name + "/input/step" + step,
            Spec.size(dims),
            spec.path("scale").asDouble(1),
            spec.path("shift").asDouble(0)),
        dims);
  }
}
