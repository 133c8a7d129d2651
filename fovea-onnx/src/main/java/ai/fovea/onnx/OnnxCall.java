package ai.fovea.onnx;

import ai.fovea.graph.Node;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One operation of a graph on its way into an ONNX model.
///
/// @param in names of its inputs
/// @param params names of its parameters
/// @param out names of its outputs
record OnnxCall(
    OnnxNodes nodes, Node node, List<String> in, List<String> params, List<String> out) {

  static OnnxCall of(OnnxNodes nodes, Node node) {
    List<String> in = node.inputs().stream().map(nodes::name).toList();
    List<String> params = node.params().stream().map(Param::name).toList();
    List<String> out = node.outputs().stream().map(v -> nodes.name(v, "v" + v.id())).toList();
    return new OnnxCall(nodes, node, in, params, out);
  }

  /// The name of the first input.
  String x() {
    return in.getFirst();
  }

  /// The shape of the first input.
  Shape shape() {
    return node.input().shape();
  }

  /// Inputs and parameters.
  List<String> all() {
    List<String> all = new ArrayList<>(in);
    all.addAll(params);
    return all;
  }

  /// Adds the node that yields the only output.
  void yields(String type, List<String> inputs, Map<String, Object> attributes) {
    nodes.emit(type, inputs, out.getFirst(), attributes);
  }

  /// Adds the node that yields the only output.
  void yields(String type, String... inputs) {
    yields(type, List.of(inputs), Map.of());
  }
}
