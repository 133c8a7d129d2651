package ai.fovea.train.golden;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.models.Models;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Tensors;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Records of necks and heads: outputs for inference and training, and gradients.
final class ArchGears {
  private static final double TOLERANCE = 2e-5;

  private ArchGears() {}

  static void run(JsonNode golden, String where, Consumer<CaseResult> sink) {
    String name = golden.get("name").asString();
    if (!Models.heads().contains(name)) {
      sink.accept(CaseResult.skipped(name, "not built yet: " + name, where));
      return;
    }
    int[] dims = Tensors.dims(golden.get("input_shape"));
    int[] rest = Arrays.copyOfRange(dims, 1, dims.length);
    JsonNode labels = golden.path("train_label");
    var description = AsYaml.map(ArchNetworks.description(name, golden.get("args")));
    Graph graph = Models.head(description, Shape.batch(rest), labels.isArray());
    Map<String, NDArray> values = ArchNetworks.values(graph, golden.get("gain").asDouble());
    NDArray features =
        NDArray.of(
            Golden.values(golden.get("input_name").asString(), Shape.of(dims).size(), 2, 0), dims);

    Graph plain = Models.head(description, Shape.batch(rest), false);
    report(
        golden.path("eval").path(0),
        name + "/torch",
        where,
        sink,
        () -> only(Engines.torch(plain, values, features)));
    report(
        golden.path("eval").path(0),
        name + "/onnx",
        where,
        sink,
        () -> only(Engines.onnx(plain, values, features)));
    if (golden.path("train").isArray()) {
      train(golden, graph, values, features, where, sink);
    }
  }

  private interface Run {
    NDArray run() throws java.io.IOException;
  }

  private static NDArray only(Map<String, NDArray> outputs) {
    return outputs.values().iterator().next();
  }

  private static void report(
      JsonNode expected, String name, String where, Consumer<CaseResult> sink, Run run) {
    try {
      report(Tensors.compare(expected, run.run(), TOLERANCE), name, where, sink);
    } catch (java.io.IOException | RuntimeException e) {
      sink.accept(CaseResult.failed(name, "an output", String.valueOf(e.getMessage()), where));
    }
  }

  private static void report(
      Optional<Tensors.Difference> wrong, String name, String where, Consumer<CaseResult> sink) {
    sink.accept(
        wrong
            .map(w ->
                CaseResult.failed(
                    name, w.what() + " " + w.expected(), w.what() + " " + w.got(), where))
            .orElseGet(() -> CaseResult.passed(name, where)));
  }

  private static void train(
      JsonNode golden,
      Graph graph,
      Map<String, NDArray> values,
      NDArray features,
      String where,
      Consumer<CaseResult> sink) {
    String name = golden.get("name").asString();
    try (var _ = new TensorScope();
        var parameters = TorchParameters.of(graph, values)) {
      Tensor in = Tensor.of(features).requireGrad();
      var inputs = new HashMap<String, Tensor>();
      inputs.put("features", in);
      if (graph.inputs().containsKey("label")) {
        inputs.put("label", labels(golden.get("train_label")));
      }
      Tensor out = new TorchNetwork(graph, parameters).run(inputs, true).values().iterator().next();
      report(
          Tensors.compare(golden.get("train").get(0), out.detach().toArray(), TOLERANCE),
          name + "/train",
          where,
          sink);
      int[] dims = out.shape().sizes();
      float[] probe = Golden.values("probe", out.shape().size(), 1, 0);
      out.mul(Tensor.of(probe, dims)).sum().backward();
      JsonNode grads = golden.path("train_grads_of_sum_y_times_probe");
      for (String of : grads.propertyNames()) {
        Tensor leaf = of.equals("input") ? in : parameters.get(of);
        JsonNode expected = grads.get(of);
        String gradient = name + "/gradient of " + of;
        Optional<NDArray> got = Torch.noGrad(() -> leaf.grad().map(Tensor::toArray));
        if (expected.isNull() || got.isEmpty()) {
          boolean same = expected.isNull() == got.isEmpty();
          sink.accept(
              same
                  ? CaseResult.passed(gradient, where)
                  : CaseResult.failed(gradient, expected.toString(), got.toString(), where));
          continue;
        }
        report(Tensors.compare(expected, got.get(), TOLERANCE), gradient, where, sink);
      }
    } catch (RuntimeException e) {
      sink.accept(
          CaseResult.failed(name + "/train", "a step", String.valueOf(e.getMessage()), where));
    }
  }

  /// Class numbers as `[N, 1]`.
  static Tensor labels(JsonNode labels) {
    long[] classes = new long[labels.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels.get(i).asLong();
    }
    return Tensor.of(classes, classes.length, 1);
  }
}
