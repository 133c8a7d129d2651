package ai.fovea.train.golden;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.plan.LossSettings.Reduction;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Tensors;
import ai.fovea.testkit.Verdict;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.Optimizers;
import ai.fovea.train.loss.CELoss;
import ai.fovea.train.loss.CombinedLoss;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// `optimizers.json`: parameters and learning rates step by step, on gradients that the file describes.
public final class OptimizerCases implements GoldenFormat {
  private static final Set<String> BUILT = Set.of("SGD", "Momentum", "Adam", "AdamW");
  private static final double TOLERANCE = 2e-5;

  /// Gradients are given, so that no loss is computed.
  private static final CombinedLoss NO_LOSS =
      new CombinedLoss(
          List.of(
              new CombinedLoss.Weighted(new CELoss(Reduction.MEAN, 0, CELoss.Target.LOGITS), 1)));

  @Override
  public String name() {
    return "optimizers";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return content.has("problem") && CaseFile.any(content, c -> c.has("grad_scale"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    JsonNode all = CaseFile.read(file);
    JsonNode parameters = all.path("problem").path("params");
    return CaseFile.cases(all).stream()
        .map(c -> run(c, c.has("params") ? c.path("params") : parameters, file.toString()))
        .toList();
  }

  private static CaseResult run(JsonNode c, JsonNode parameters, String where) {
    String name = c.path("name").asString();
    Optional<String> missing = names(c.path("config")).filter(n -> !BUILT.contains(n)).findFirst();
    if (missing.isPresent()) {
      return CaseResult.skipped(name, "not built yet: " + missing.get(), where);
    }
    return Verdict.of(
        name,
        where,
        v -> {
          try {
            check(c, parameters, v);
          } catch (ConfigException e) {
            if (!c.has("reference_raises")) {
              throw e;
            }
          }
        });
  }

  private static Stream<String> names(JsonNode config) {
    return config.isArray()
        ? config.valueStream().flatMap(o -> o.propertyNames().stream())
        : Stream.of(config.path("name").asString("?"));
  }

  private static void check(JsonNode c, JsonNode specs, Verdict verdict) {
    String name = c.path("name").asString();
    int steps = c.path("steps").asInt();
    Graph graph = graph(specs);
    Config root = AsYaml.config(Map.of("Optimizer", GoldenFile.plain(c.path("config"))));
    JsonNode trajectory =
        c.has("trajectory_intended") ? c.path("trajectory_intended") : c.path("trajectory");
    try (var parameters = TorchParameters.of(graph, values(specs, name));
        var optimizers =
            Optimizers.of(
                root,
                parameters,
                NO_LOSS,
                "Model",
                c.path("epochs").asInt(),
                c.path("step_each_epoch").asInt())) {
      verdict.that(
          !c.has("reference_raises"),
          "an optimizer",
          c.path("reference_raises").asString(""),
          "no error");
      int next = 0;
      for (int step = 0; step < steps; step++) {
        rates(c.path("lr").path(step), optimizers, step, verdict);
        gradients(c, specs, parameters, step);
        optimizers.step(step, step / c.path("step_each_epoch").asInt(1));
        parameters.clearGrads();
        JsonNode state = trajectory.path(next);
        if (state.path("after").asInt() == step + 1) {
          compare(state.path("params"), parameters, step + 1, verdict);
          next++;
        }
      }
      verdict.that(
          next == trajectory.size() || c.has("reference_raises"),
          "states compared",
          "" + trajectory.size(),
          "" + next);
    }
  }

  private static void rates(JsonNode expected, Optimizers optimizers, int step, Verdict verdict) {
    for (int i = 0; i < optimizers.all().size(); i++) {
      JsonNode rate = expected.isArray() ? expected.path(i) : expected;
      double want = CaseFile.number(rate);
      double got = optimizers.all().get(i).schedule().at(step);
      verdict.near("learning rate of step " + step, want, got, 1e-9 * Math.max(1e-3, want));
    }
  }

  /// A network that yields its parameters, since only networks have parameters.
  private static Graph graph(JsonNode specs) {
    Scope scope = Scope.root();
    var outputs = new LinkedHashMap<String, Value>();
    for (var e : specs.properties()) {
      Shape shape = Shape.of(Tensors.dims(e.getValue()));
      outputs.put(e.getKey(), scope.read(scope.param(e.getKey(), shape, Init.ZEROS)));
    }
    return scope.graph(outputs);
  }

  private static Map<String, NDArray> values(JsonNode specs, String name) {
    var out = new LinkedHashMap<String, NDArray>();
    for (var e : specs.properties()) {
      int[] dims = Tensors.dims(e.getValue());
      String parameter = e.getKey();
      out.put(
          parameter,
          NDArray.of(Golden.parameter(parameter, name + "/" + parameter, dims, 3), dims));
    }
    return out;
  }

  /// `scale (A (p - T) + noise)`, as the gradient of its dot product with `p`.
  private static void gradients(JsonNode c, JsonNode specs, TorchParameters parameters, int step) {
    String name = c.path("name").asString();
    double scale = c.path("grad_scale").asDouble();
    double noisy = c.path("noise_scale").asDouble();
    try (var _ = new TensorScope()) {
      Tensor sum = Tensor.of(0);
      for (var e : specs.properties()) {
        Tensor p = parameters.get(e.getKey());
        float[] now = p.toFloats();
        long a = Golden.seed(name + "/A/" + e.getKey());
        long t = Golden.seed(name + "/T/" + e.getKey());
        long noise = Golden.seed(name + "/noise" + step + "/" + e.getKey());
        float[] g = new float[now.length];
        for (int i = 0; i < g.length; i++) {
          double pull = (0.75 + 0.5 * g(a, i)) * (now[i] - g(t, i));
          g[i] = (float) (scale * (pull + noisy * g(noise, i)));
        }
        sum = sum.add(p.mul(Tensor.of(g, Tensors.dims(e.getValue()))).sum());
      }
      sum.backward();
    }
  }

  private static double g(long seed, int i) {
    return 2 * Golden.u(seed, i) - 1;
  }

  private static void compare(
      JsonNode expected, TorchParameters parameters, int after, Verdict verdict) {
    for (var e : expected.properties()) {
      float[] got = parameters.get(e.getKey()).toFloats();
      double[] want = CaseFile.doubles(e.getValue());
      for (int i = 0; i < want.length; i++) {
        verdict.near(
            e.getKey() + " value " + i + " after " + after + " steps",
            want[i],
            got[i],
            TOLERANCE * Math.max(0.1, Math.abs(want[i])));
      }
    }
  }
}
