package ai.fovea.onnx;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.Value;
import java.util.List;
import java.util.Map;

/// Convolutions and matrix products as ONNX nodes.
final class OnnxContractions {
  private OnnxContractions() {}

  static void add(Contraction op, OnnxCall call) {
    switch (op) {
      case Contraction.Conv c ->
          call.yields(
              "Conv",
              call.all(),
              Map.of(
                  "strides", OnnxNodes.ints(c.stride()),
                  "pads", OnnxNodes.ints(c.pads()),
                  "dilations", OnnxNodes.ints(c.dilation()),
                  "group", (long) c.groups()));
      case Contraction.Linear _ -> linear(call);
      case Contraction.MatMul m -> {
        List<Value> values = call.node().inputs();
        call.yields(
            "MatMul",
            m.transposeA() ? swapped(call, values.get(0)) : call.in().get(0),
            m.transposeB() ? swapped(call, values.get(1)) : call.in().get(1));
      }
    }
  }

  private static void linear(OnnxCall call) {
    List<String> p = call.params();
    if (call.shape().rank() == 2) {
      call.yields("Gemm", call.all(), Map.of());
    } else if (p.size() == 1) {
      call.yields("MatMul", call.x(), p.get(0));
    } else {
      call.yields("Add", call.nodes().emit("MatMul", List.of(call.x(), p.get(0))), p.get(1));
    }
  }

  /// The last two axes swapped.
  private static String swapped(OnnxCall call, Value v) {
    int rank = v.shape().rank();
    long[] order = new long[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i;
    }
    order[rank - 1] = rank - 2L;
    order[rank - 2] = rank - 1L;
    OnnxNodes nodes = call.nodes();
    return nodes.emit("Transpose", List.of(nodes.name(v)), nodes.fresh(), Map.of("perm", order));
  }
}
