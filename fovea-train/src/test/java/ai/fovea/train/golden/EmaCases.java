package ai.fovea.train.golden;

import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Spec;
import ai.fovea.testkit.Tensors;
import ai.fovea.testkit.Verdict;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.TorchParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Cases of `misc.json` about the moving average of weights.
final class EmaCases {
  private EmaCases() {}

  static CaseResult run(JsonNode c, String where) {
    return Verdict.of(c.path("name").asString(), where, v -> check(c, v));
  }

  private static void check(JsonNode c, Verdict verdict) {
    Graph graph = graph(c.path("params"));
    try (var parameters = TorchParameters.of(graph, values(c, 0));
        var average = new MovingAverage(parameters, c.path("decay").asDouble())) {
      for (int i = 0; i < c.path("after_update").size(); i++) {
        parameters.load(values(c, i + 1));
        average.update();
        Map<String, NDArray> got = average.toArrays();
        for (var e : c.path("after_update").get(i).properties()) {
          float[] now = Optional.ofNullable(got.get(e.getKey())).orElseThrow().floats();
          double[] want = CaseFile.doubles(e.getValue());
          for (int k = 0; k < want.length; k++) {
            verdict.near(
                e.getKey() + " value " + k + " after update " + (i + 1),
                want[k],
                now[k],
                Spec.VALUES * Math.max(0.1, Math.abs(want[k])));
          }
        }
      }
    }
  }

  /// A network that yields its parameters, running statistics among them.
  private static Graph graph(JsonNode specs) {
    Scope scope = Scope.root();
    var outputs = new LinkedHashMap<String, Value>();
    for (var e : specs.properties()) {
      boolean running = e.getKey().endsWith("_mean") || e.getKey().endsWith("_variance");
      var param =
          new Param(
              e.getKey(),
              Shape.of(Tensors.dims(e.getValue())),
              DType.FLOAT32,
              new Init.Constant(0),
              running ? Param.Kind.STATISTIC : Param.Kind.TRAINED,
              1,
              1);
      outputs.put(e.getKey(), scope.read(scope.param(param)));
    }
    return scope.graph(outputs);
  }

  /// The weights that update `i` sees; the average starts from those of 0.
  private static Map<String, NDArray> values(JsonNode c, int i) {
    JsonNode specs = c.path("params");
    double gain = c.path("gain").asDouble(1);
    var out = new LinkedHashMap<String, NDArray>();
    for (var e : specs.properties()) {
      int[] dims = Tensors.dims(e.getValue());
      String seed = c.path("name").asString() + "/" + i + "/" + e.getKey();
      out.put(e.getKey(), NDArray.of(Golden.parameter(e.getKey(), seed, dims, gain), dims));
    }
    return out;
  }
}
