package ai.fovea.torch;

import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Node;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/// A [Graph] executed, and where gradients are wanted differentiated, by libtorch.
///
/// Holds no native memory of its own: the parameters are the caller's, results belong to the innermost
/// [TensorScope]. Inference may run on several threads, training on one at a time.
public final class TorchNetwork {
  private final Graph graph;
  private final TorchParameters parameters;

  /// For each node, the values that no later node and no output needs.
  private final List<int[]> finished;

  /// The graph over these parameters, which must outlive the network.
  public TorchNetwork(Graph graph, TorchParameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    graph.params().forEach(p -> parameters.get(p.name()));
    this.finished = finished(graph);
  }

  private static List<int[]> finished(Graph graph) {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      for (Value v : node.outputs()) {
        lastUse.putIfAbsent(v.id(), i);
      }
      for (Value v : node.inputs()) {
        lastUse.put(v.id(), i);
      }
    }
    graph.inputs().values().forEach(v -> lastUse.remove(v.id()));
    graph.outputs().values().forEach(v -> lastUse.remove(v.id()));
    List<List<Integer>> at = new ArrayList<>();
    graph.nodes().forEach(n -> at.add(new ArrayList<>()));
    lastUse.forEach((id, node) -> at.get(node).add(id));
    return at.stream().map(l -> l.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  /// The graph that runs here.
  public Graph graph() {
    return graph;
  }

  /// The parameters it runs over.
  public TorchParameters parameters() {
    return parameters;
  }

  /// Runs the network.
  ///
  /// @param inputs by name; what a name in their declared shapes stands for must agree
  /// @param training whether dropout drops, batch norm uses and records the batch's statistics, margins apply
  /// @return the outputs by name
  /// @throws GraphException if an input is missing or has another shape
  /// @throws TorchException naming the operation, its place and the shapes
  public Map<String, Tensor> run(Map<String, Tensor> inputs, boolean training) {
    Map<Integer, org.bytedeco.pytorch.Tensor> values = new HashMap<>();
    var shapes = new HashMap<String, Shape>();
    inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    var operations = new TorchOperations(graph.sizes(shapes), training);
    graph
        .inputs()
        .forEach((name, declared) -> {
          var raw = Objects.requireNonNull(inputs.get(name)).raw();
          values.put(
              declared.id(), raw.dim() == 4 ? raw.contiguous(MemoryFormat.ChannelsLast) : raw);
        });
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      var in =
          node.inputs().stream()
              .map(v -> values.get(v.id()))
              .toArray(org.bytedeco.pytorch.Tensor[]::new);
      var params =
          node.params().stream()
              .map(p -> parameters.get(p.name()).raw())
              .toArray(org.bytedeco.pytorch.Tensor[]::new);
      try {
        List<org.bytedeco.pytorch.Tensor> out = operations.apply(node.op(), in, params);
        for (int o = 0; o < out.size(); o++) {
          values.put(node.outputs().get(o).id(), out.get(o));
        }
      } catch (RuntimeException e) {
        throw new TorchException(
            (node.path().isEmpty() ? "" : node.path() + ": ")
                + node.op()
                + " on "
                + Arrays.stream(in).map(t -> new Tensor(t).shape()).toList()
                + " with parameters "
                + node.params().stream().map(Param::shape).toList()
                + ": "
                + TorchException.reason(e),
            e);
      }
      for (int id : finished.get(i)) {
        var done = values.remove(id);
        if (done != null) {
          done.close();
        }
      }
    }
    var outputs = new LinkedHashMap<String, Tensor>();
    graph
        .outputs()
        .forEach(
            (name, v) -> outputs.put(name, new Tensor(Objects.requireNonNull(values.get(v.id())))));
    return outputs;
  }
}
