package ai.fovea.torch;

import ai.fovea.graph.Normalization;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Normalisations by libtorch.
final class TorchNormalizations {
  private TorchNormalizations() {}

  static Tensor apply(Normalization op, Tensor[] in, Tensor[] p, boolean training) {
    return switch (op) {
      case Normalization.BatchNorm b -> batchNorm(b, in[0], p, training && !b.globalStats());
      case Normalization.LayerNorm l -> layerNorm(l, in[0], p);
      case Normalization.Softmax s -> in[0].softmax(s.axis());
      case Normalization.Normalize n -> {
        Tensor norm =
            in[0].square().sum(new long[] {n.axis()}, true, new ScalarTypeOptional()).sqrt();
        yield in[0].div(norm.clamp_min(new Scalar(n.epsilon())));
      }
    };
  }

  /// Paddle lets the biased batch variance into the running one, libtorch the unbiased: where the batch's own
  /// statistics are used, the running ones are therefore updated here.
  private static Tensor batchNorm(Normalization.BatchNorm b, Tensor x, Tensor[] p, boolean batch) {
    var weight = new TensorOptional(p[0]);
    var bias = new TensorOptional(p[1]);
    if (!batch) {
      return torch.batch_norm(
          x,
          weight,
          bias,
          new TensorOptional(p[2]),
          new TensorOptional(p[3]),
          false,
          0,
          b.epsilon(),
          false);
    }
    var result =
        torch.native_batch_norm(
            x, weight, bias, new TensorOptional(), new TensorOptional(), true, 0, b.epsilon());
    Torch.noGrad(() -> {
      var mean = result.get1();
      var variance = result.get2().pow(new Scalar(-2.0)).sub(new Scalar(b.epsilon()));
      var share = new Scalar(1 - b.momentum());
      p[2].lerp_(mean.detach(), share);
      p[3].lerp_(variance.detach(), share);
    });
    return result.get0();
  }

  private static Tensor layerNorm(Normalization.LayerNorm l, Tensor x, Tensor[] p) {
    long[] normalized = new long[l.axes()];
    for (int i = 0; i < l.axes(); i++) {
      normalized[i] = x.size(x.dim() - l.axes() + i);
    }
    return torch.layer_norm(
        x,
        normalized,
        TorchOperations.optional(p, 0),
        TorchOperations.optional(p, 1),
        l.epsilon(),
        false);
  }
}
