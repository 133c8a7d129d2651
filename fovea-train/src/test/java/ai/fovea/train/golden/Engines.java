package ai.fovea.train.golden;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.onnx.ExecutionOptions;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxSession;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.testkit.Spec;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A graph with one input, run for inference by either engine. Nothing native survives a call.
public final class Engines {
  private Engines() {}

  /// What a golden file says of an input, as a tensor of the innermost scope.
  static Tensor tensor(JsonNode spec) {
    return Tensor.of(Spec.array(spec));
  }

  /// The outputs for the only input.
  public static Map<String, NDArray> torch(
      Graph graph, Map<String, NDArray> values, NDArray input) {
    return torch(graph, values, Map.of(name(graph), input));
  }

  /// The outputs for these inputs.
  public static Map<String, NDArray> torch(
      Graph graph, Map<String, NDArray> values, Map<String, NDArray> inputs) {
    return Torch.noGrad(() -> {
      try (var _ = new TensorScope();
          var parameters = TorchParameters.of(graph, values)) {
        var outputs = new LinkedHashMap<String, NDArray>();
        var tensors = new LinkedHashMap<String, Tensor>();
        inputs.forEach((name, array) -> tensors.put(name, Tensor.of(array)));
        new TorchNetwork(graph, parameters)
            .run(tensors, false)
            .forEach((name, tensor) -> outputs.put(name, tensor.toArray()));
        return outputs;
      }
    });
  }

  /// The outputs for the only input.
  public static Map<String, NDArray> onnx(Graph graph, Map<String, NDArray> values, NDArray input) {
    return onnx(graph, values, Map.of(name(graph), input));
  }

  /// The outputs for these inputs.
  public static Map<String, NDArray> onnx(
      Graph graph, Map<String, NDArray> values, Map<String, NDArray> inputs) {
    OnnxNetwork file = OnnxWriter.write(graph, values);
    try (OnnxSession model = OnnxSession.of("conformance", file, ExecutionOptions.DEFAULT)) {
      return model.run(inputs);
    }
  }

  private static String name(Graph graph) {
    return graph.inputs().keySet().iterator().next();
  }
}
