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
    long[] kernel = TorchOperations.size(a.kernel());
    long[] stride = TorchOperations.size(a.stride());
    if (a.pads().symmetric()) {
      long[] pads = TorchOperations.symmetric(a.pads());
      return torch.avg_pool2d(
          x, kernel, stride, pads, a.ceil(), a.countPadding(), new LongOptional());
    }
    Tensor padded = TorchOperations.pad(x, a.pads(), 0);
    if (a.countPadding()) {
      return torch.avg_pool2d(
          padded, kernel, stride, new long[2], a.ceil(), true, new LongOptional());
    }
    // Sums, and of how many places each is one.
    Tensor ones = torch.ones(new long[] {1, 1, x.size(2), x.size(3)}, x.options());
    return sums(padded, kernel, stride, a.ceil())
        .div(sums(TorchOperations.pad(ones, a.pads(), 0), kernel, stride, a.ceil()));
  }

  private static Tensor sums(Tensor x, long[] kernel, long[] stride, boolean ceil) {
    return torch.avg_pool2d(x, kernel, stride, new long[2], ceil, true, new LongOptional(1));
  }
}
