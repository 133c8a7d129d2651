package ai.fovea.torch;

import ai.fovea.graph.Contraction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Convolutions and matrix products by libtorch.
final class TorchContractions {
  private TorchContractions() {}

  static Tensor apply(Contraction op, Tensor[] in, Tensor[] p) {
    return switch (op) {
      case Contraction.Conv c -> conv(c, in[0], p);
      case Contraction.Linear _ -> torch.linear(in[0], p[0].t(), TorchOperations.optional(p, 1));
      case Contraction.MatMul m ->
          (m.transposeA() ? in[0].transpose(-1, -2) : in[0])
              .matmul(m.transposeB() ? in[1].transpose(-1, -2) : in[1]);
    };
  }

  private static Tensor conv(Contraction.Conv c, Tensor x, Tensor[] p) {
    boolean odd = !c.pads().symmetric();
    Tensor padded = odd ? TorchOperations.pad(x, c.pads(), 0) : x;
    return torch.conv2d(
        padded,
        p[0],
        TorchOperations.optional(p, 1),
        TorchOperations.size(c.stride()),
        odd ? new long[2] : TorchOperations.symmetric(c.pads()),
        TorchOperations.size(c.dilation()),
        c.groups());
  }
}
