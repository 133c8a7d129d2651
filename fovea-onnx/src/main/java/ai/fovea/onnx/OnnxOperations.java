package ai.fovea.onnx;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Movement;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Node;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Param;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Reduction;
import ai.fovea.graph.Source;
import ai.fovea.graph.TrainingOnly;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The operations of graphs as ONNX nodes.
final class OnnxOperations {
  private final OnnxNodes nodes;
  private final Function<Param, NDArray> values;

  /// @param values of parameters
  OnnxOperations(OnnxNodes nodes, Function<Param, NDArray> values) {
    this.nodes = nodes;
    this.values = values;
  }

  /// Adds an operation.
  void add(Node node) {
    OnnxCall call = OnnxCall.of(nodes, node);
    switch (node.op()) {
      case Source s -> source(s, call);
      case Contraction c -> OnnxContractions.add(c, call);
      case Normalization n -> OnnxNormalizations.add(n, call);
      case Elementwise e -> OnnxElementwise.add(e, call);
      case Pooling p -> OnnxPoolings.add(p, call);
      case Reduction r -> reduction(r, call);
      case Movement m -> OnnxMovements.add(m, call);
      case TrainingOnly t -> trainingOnly(t, call);
    }
  }

  private static void source(Source op, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    switch (op) {
      case Source.Read _ -> nodes.name(call.node().output(), call.params().getFirst());
      case Source.Fill f -> {
        String value = cast(nodes, nodes.scalar(f.value()), f.dtype());
        call.yields("Expand", value, nodes.shape(f.shape(), false));
      }
      case Source.Range r -> {
        String count = nodes.emit("Reshape", List.of(nodes.size(r.count()), nodes.vector()));
        String zero = nodes.integer(0);
        String all = nodes.emit("Range", List.of(zero, count, nodes.integer(1)));
        String steps = cast(nodes, all, DType.FLOAT32);
        String scaled = nodes.emit("Mul", List.of(steps, nodes.scalar(r.step())));
        String sum = nodes.emit("Add", List.of(scaled, nodes.scalar(r.start())));
        call.yields("Identity", cast(nodes, sum, r.dtype()));
      }
    }
  }

  static String cast(OnnxNodes nodes, String x, DType to) {
    long type = OnnxNodes.elementType(to);
    return nodes.emit("Cast", List.of(x), nodes.fresh(), Map.of("to", type));
  }

  private static void reduction(Reduction op, OnnxCall call) {
    switch (op) {
      case Reduction.Mean m -> reduction("ReduceMean", m.axes(), m.keepDims(), call);
      case Reduction.Sum s -> reduction("ReduceSum", s.axes(), s.keepDims(), call);
      case Reduction.Max m -> reduction("ReduceMax", m.axes(), m.keepDims(), call);
    }
  }

  private static void reduction(String type, List<Integer> axes, boolean keep, OnnxCall call) {
    String along = call.nodes().vector(OnnxNodes.longs(axes));
    call.yields(type, List.of(call.x(), along), Map.of("keepdims", keep ? 1L : 0L));
  }

  private void trainingOnly(TrainingOnly op, OnnxCall call) {
    switch (op) {
      case TrainingOnly.Dropout _, TrainingOnly.DropPath _ ->
          throw new GraphException(call.node().path() + ": dropout is left in an exported network");
      case TrainingOnly.Margin _ -> margin(call);
    }
  }

  /// Cosine: features to unit length in the network, class columns here.
  private void margin(OnnxCall call) {
    Param weight = call.node().params().getFirst();
    float[] w = values.apply(weight).floats().clone();
    int rows = weight.shape().size(0);
    int classes = weight.shape().size(1);
    for (int c = 0; c < classes; c++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += (double) w[r * classes + c] * w[r * classes + c];
      }
      double norm = Math.sqrt(sum);
      for (int r = 0; r < rows; r++) {
        w[r * classes + c] = (float) (w[r * classes + c] / norm);
      }
    }
    nodes.tensors().put(weight.name(), NDArray.of(w, rows, classes));
    String norm =
        nodes.emit(
            "ReduceL2", List.of(call.x(), nodes.vector(1)), nodes.fresh(), Map.of("keepdims", 1L));
    String unit = nodes.emit("Div", List.of(call.x(), norm));
    call.yields("MatMul", unit, weight.name());
  }
}
