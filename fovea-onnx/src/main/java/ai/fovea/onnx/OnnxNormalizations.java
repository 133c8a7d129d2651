package ai.fovea.onnx;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Normalisations as ONNX nodes.
final class OnnxNormalizations {
  private OnnxNormalizations() {}

  static void add(Normalization op, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    switch (op) {
      case Normalization.BatchNorm b ->
          call.yields("BatchNormalization", call.all(), Map.of("epsilon", b.epsilon()));
      case Normalization.LayerNorm l ->
          call.yields(
              "LayerNormalization",
              call.params().isEmpty() ? List.of(call.x(), ones(call, l.axes())) : call.all(),
              Map.of("epsilon", l.epsilon(), "axis", (long) -l.axes()));
      case Normalization.Softmax s ->
          call.yields("Softmax", call.in(), Map.of("axis", (long) s.axis()));
      case Normalization.Normalize n -> {
        String norm =
            nodes.emit(
                "ReduceL2",
                List.of(call.x(), nodes.vector(n.axis())),
                nodes.fresh(),
                Map.of("keepdims", 1L));
        String floor = nodes.emit("Max", List.of(norm, nodes.scalar(n.epsilon())));
        call.yields("Div", call.x(), floor);
      }
    }
  }

  private static String ones(OnnxCall call, int axes) {
    Shape x = call.shape();
    int[] sizes = Shape.of(x.dims().subList(x.rank() - axes, x.rank())).sizes();
    float[] ones = new float[Shape.of(sizes).size()];
    Arrays.fill(ones, 1);
    return call.nodes().tensor(NDArray.of(ones, sizes));
  }
}
