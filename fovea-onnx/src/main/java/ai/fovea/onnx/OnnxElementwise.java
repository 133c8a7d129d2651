package ai.fovea.onnx;

import ai.fovea.graph.Elementwise;
import java.util.List;
import java.util.Map;

/// Operations on single elements as ONNX nodes.
final class OnnxElementwise {
  private OnnxElementwise() {}

  static void add(Elementwise op, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    switch (op) {
      case Elementwise.Unary u -> unary(u.function(), call);
      case Elementwise.HardSigmoid h ->
          call.yields("HardSigmoid", call.in(), Map.of("alpha", h.slope(), "beta", h.offset()));
      case Elementwise.LeakyRelu l ->
          call.yields("LeakyRelu", call.in(), Map.of("alpha", l.slope()));
      case Elementwise.PRelu _ -> {
        // One slope for each place of axis 1.
        long[] sizes = new long[call.shape().rank() - 1];
        java.util.Arrays.fill(sizes, 1);
        sizes[0] = -1;
        String slope = call.params().getFirst();
        call.yields("PRelu", call.x(), nodes.emit("Reshape", List.of(slope, nodes.vector(sizes))));
      }
      case Elementwise.Affine a -> {
        String scaled = nodes.emit("Mul", List.of(call.x(), nodes.scalar(a.scale())));
        call.yields("Add", scaled, nodes.scalar(a.bias()));
      }
      case Elementwise.Clip c ->
          call.yields("Clip", call.x(), nodes.scalar(c.min()), nodes.scalar(c.max()));
      case Elementwise.Power e -> call.yields("Pow", call.x(), nodes.scalar(e.exponent()));
      case Elementwise.Cast c ->
          call.yields("Cast", call.in(), Map.of("to", (long) OnnxNodes.elementType(c.dtype())));
      case Elementwise.Binary b ->
          call.yields(
              switch (b.arithmetic()) {
                case ADD -> "Add";
                case SUBTRACT -> "Sub";
                case MULTIPLY -> "Mul";
                case DIVIDE -> "Div";
                case MINIMUM -> "Min";
                case MAXIMUM -> "Max";
              },
              call.in(),
              Map.of());
      case Elementwise.Compare c -> {
        switch (c.relation()) {
          case EQUAL -> call.yields("Equal", call.in(), Map.of());
          case NOT_EQUAL -> call.yields("Not", nodes.emit("Equal", call.in()));
          case LESS -> call.yields("Less", call.in(), Map.of());
          case GREATER -> call.yields("Greater", call.in(), Map.of());
        }
      }
      case Elementwise.Select _ -> call.yields("Where", call.in(), Map.of());
    }
  }

  private static void unary(Elementwise.Function f, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    String x = call.x();
    switch (f) {
      case RELU -> call.yields("Relu", x);
      case RELU6 -> call.yields("Clip", x, nodes.scalar(0), nodes.scalar(6));
      case SIGMOID -> call.yields("Sigmoid", x);
      case TANH -> call.yields("Tanh", x);
      case GELU -> call.yields("Gelu", x);
      case SILU -> call.yields("Mul", x, nodes.emit("Sigmoid", List.of(x)));
      case HARD_SWISH -> call.yields("HardSwish", x);
      case SQRT -> call.yields("Sqrt", x);
      case EXP -> call.yields("Exp", x);
    }
  }
}
