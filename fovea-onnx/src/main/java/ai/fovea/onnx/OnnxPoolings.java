package ai.fovea.onnx;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Shape;
import java.util.List;
import java.util.Map;

/// Operations over windows as ONNX nodes.
final class OnnxPoolings {
  private OnnxPoolings() {}

  static void add(Pooling op, OnnxCall call) {
    switch (op) {
      case Pooling.MaxPool m ->
          call.yields(
              "MaxPool",
              call.in(),
              Map.of(
                  "kernel_shape", OnnxNodes.ints(m.kernel()),
                  "strides", OnnxNodes.ints(m.stride()),
                  "pads", OnnxNodes.ints(m.pads()),
                  "ceil_mode", m.ceil() ? 1L : 0L));
      case Pooling.AvgPool a ->
          call.yields(
              "AveragePool",
              call.in(),
              Map.of(
                  "kernel_shape", OnnxNodes.ints(a.kernel()),
                  "strides", OnnxNodes.ints(a.stride()),
                  "pads", OnnxNodes.ints(a.pads()),
                  "ceil_mode", a.ceil() ? 1L : 0L,
                  "count_include_pad", a.countPadding() ? 1L : 0L));
      case Pooling.AdaptiveAvgPool a -> adaptive(a, call);
      case Pooling.Unfold u -> unfold(u, call);
    }
  }

  private static void adaptive(Pooling.AdaptiveAvgPool a, OnnxCall call) {
    if (a.size().h() == 1 && a.size().w() == 1) {
      call.yields("GlobalAveragePool", call.x());
      return;
    }
    Shape x = call.shape();
    long[] block = {x.size(2) / a.size().h(), x.size(3) / a.size().w()};
    call.yields("AveragePool", call.in(), Map.of("kernel_shape", block, "strides", block));
  }

  /// A convolution whose kernels pick one place of the window each.
  private static void unfold(Pooling.Unfold u, OnnxCall call) {
    OnnxNodes nodes = call.nodes();
    int channels = call.shape().size(1);
    int places = u.kernel().h() * u.kernel().w();
    float[] kernels = new float[channels * places * places];
    for (int i = 0; i < channels * places; i++) {
      kernels[i * places + i % places] = 1;
    }
    String weight =
        nodes.tensor(NDArray.of(kernels, channels * places, 1, u.kernel().h(), u.kernel().w()));
    String picked =
        nodes.emit(
            "Conv",
            List.of(call.x(), weight),
            nodes.fresh(),
            Map.of(
                "strides", OnnxNodes.ints(u.stride()),
                "pads", OnnxNodes.ints(u.pads()),
                "dilations", OnnxNodes.ints(u.dilation()),
                "group", (long) channels));
    call.yields("Reshape", picked, nodes.shape(call.node().output().shape(), true));
  }
}
