package ai.fovea.torch;

import ai.fovea.graph.Reduction;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Reductions by libtorch.
final class TorchReductions {
  private TorchReductions() {}

  static Tensor apply(Reduction op, Tensor[] in) {
    return switch (op) {
      case Reduction.Mean m ->
          in[0].mean(TorchOperations.longs(m.axes()), m.keepDims(), new ScalarTypeOptional());
      case Reduction.Sum s ->
          in[0].sum(TorchOperations.longs(s.axes()), s.keepDims(), new ScalarTypeOptional());
      case Reduction.Max m -> torch.amax(in[0], TorchOperations.longs(m.axes()), m.keepDims());
    };
  }
}
