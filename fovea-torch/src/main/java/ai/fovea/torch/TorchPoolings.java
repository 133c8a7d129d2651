package ai.fovea.torch;

import ai.fovea.graph.Pooling;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Operations over windows by libtorch.
final class TorchPoolings {
  private TorchPoolings() {}

  static Tensor apply(Pooling op, Tensor[] in) {
    return switch (op) {
      case Pooling.MaxPool m -> {
        boolean odd = !m.pads().symmetric();
        Tensor x = odd ? TorchOperations.pad(in[0], m.pads(), Double.NEGATIVE_INFINITY) : in[0];
        yield torch.max_pool2d(
            x,
            TorchOperations.size(m.kernel()),
            TorchOperations.size(m.stride()),
            odd ? new long[2] : TorchOperations.symmetric(m.pads()),
            new long[] {1, 1},
            m.ceil());
      }
      case Pooling.AvgPool a -> avgPool(a, in[0]);
      case Pooling.AdaptiveAvgPool a ->
          torch.adaptive_avg_pool2d(in[0], TorchOperations.size(a.size()));
      case Pooling.Unfold u ->
          torch.im2col(
              TorchOperations.pad(in[0], u.pads(), 0),
              TorchOperations.size(u.kernel()),
              TorchOperations.size(u.dilation()),
              new long[2],
              TorchOperations.size(u.stride()));
    };
  }

  private static Tensor avgPool(Pooling.AvgPool a, Tensor x) {
    boolean odd = !a.pads().symmetric();
    return torch.avg_pool2d(
        odd ? TorchOperations.pad(x, a.pads(), 0) : x,
        TorchOperations.size(a.kernel()),
        TorchOperations.size(a.stride()),
        odd ? new long[2] : TorchOperations.symmetric(a.pads()),
        a.ceil(),
        a.countPadding(),
        new LongOptional());
  }
}
