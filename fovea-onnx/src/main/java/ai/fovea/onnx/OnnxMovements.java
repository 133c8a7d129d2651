package ai.fovea.onnx;

import ai.fovea.graph.Movement;
import java.util.List;
import java.util.Map;

/// Operations that move elements as ONNX nodes.
final class OnnxMovements {
  private OnnxMovements() {}

  static void add(Movement op, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    switch (op) {
      case Movement.Reshape r -> call.yields("Reshape", call.x(), nodes.shape(r.dims(), true));
      case Movement.Transpose t ->
          call.yields("Transpose", call.in(), Map.of("perm", OnnxNodes.longs(t.order())));
      case Movement.Concat c -> call.yields("Concat", call.in(), Map.of("axis", (long) c.axis()));
      case Movement.Split s ->
          nodes.emit(
              "Split",
              List.of(call.x(), nodes.vector(OnnxNodes.longs(s.sizes()))),
              call.out(),
              Map.of("axis", (long) s.axis()));
      case Movement.Slice s ->
          call.yields(
              "Slice",
              call.x(),
              nodes.vector(s.start()),
              nodes.vector(s.end()),
              nodes.vector(s.axis()),
              nodes.vector(s.step()));
      case Movement.Gather g -> call.yields("Gather", call.in(), Map.of("axis", (long) g.axis()));
      case Movement.Roll r -> roll(r, call);
      case Movement.Pad q -> pad(q, call);
      case Movement.Expand e ->
          call.yields("Expand", call.x(), nodes.shape(call.node().output().shape(), false));
      case Movement.Enlarge e -> enlarge(e, call);
    }
  }

  private static void pad(Movement.Pad q, OnnxCall call) {
    long[] pads = new long[2 * call.shape().rank()];
    int last = pads.length / 2 - 1;
    pads[last - 1] = q.pads().top();
    pads[last] = q.pads().left();
    pads[pads.length - 2] = q.pads().bottom();
    pads[pads.length - 1] = q.pads().right();
    call.yields("Pad", call.x(), call.nodes().vector(pads));
  }

  /// The end of each axis in front of its beginning.
  private static void roll(Movement.Roll r, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    String at = call.x();
    for (int i = 0; i < r.axes().size(); i++) {
      int axis = call.shape().axis(r.axes().get(i));
      int n = call.shape().size(axis);
      int cut = Math.floorMod(-r.shifts().get(i), n);
      String back =
          nodes.emit("Slice", List.of(at, nodes.vector(cut), nodes.vector(n), nodes.vector(axis)));
      String front =
          nodes.emit("Slice", List.of(at, nodes.vector(0), nodes.vector(cut), nodes.vector(axis)));
      String name = i == r.axes().size() - 1 ? call.out().getFirst() : nodes.fresh();
      at = nodes.emit("Concat", List.of(back, front), name, Map.of("axis", (long) axis));
    }
  }

  private static void enlarge(Movement.Enlarge e, OnnxCall call) {
    String scales = call.nodes().floats(1, 1, e.factor().h(), e.factor().w());
    // No region of interest.
    List<String> inputs = List.of(call.x(), "", scales);
    call.yields(
        "Resize",
        inputs,
        switch (e.mode()) {
          case NEAREST ->
              Map.of(
                  "mode", "nearest",
                  "coordinate_transformation_mode", "asymmetric",
                  "nearest_mode", "floor");
          case BILINEAR -> Map.of("mode", "linear", "coordinate_transformation_mode", "half_pixel");
        });
  }
}
