package ai.fovea.torch;

import ai.fovea.graph.TrainingOnly;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// What differs in training, by libtorch.
final class TorchTrainingOnly {
  private TorchTrainingOnly() {}

  static Tensor apply(TrainingOnly op, Tensor[] in, Tensor[] p, boolean training) {
    return switch (op) {
      case TrainingOnly.Dropout d -> dropout(d, in[0], training);
      case TrainingOnly.DropPath d -> dropPath(d, in[0], training);
      case TrainingOnly.Margin m -> margin(m, in, p[0], training);
    };
  }

  private static Tensor dropout(TrainingOnly.Dropout d, Tensor x, boolean training) {
    if (!training) {
      return d.downgradeInInfer() ? x.mul(new Scalar(1 - d.p())) : TorchOperations.same(x);
    }
    if (d.p() == 0) {
      return TorchOperations.same(x);
    }
    var kept = torch.dropout(x, d.p(), true);
    return d.downgradeInInfer() ? kept.mul(new Scalar(1 - d.p())) : kept;
  }

  private static Tensor dropPath(TrainingOnly.DropPath d, Tensor x, boolean training) {
    if (!training || d.p() == 0) {
      return TorchOperations.same(x);
    }
    long[] each = new long[(int) x.dim()];
    Arrays.fill(each, 1);
    each[0] = x.size(0);
    return x.mul(torch.dropout(torch.ones(each), d.p(), true));
  }

  /// Cosines of unit features and unit class columns; with a label and in training, margin and scale as in the
  /// papers that [TrainingOnly.MarginKind] names.
  private static Tensor margin(
      TrainingOnly.Margin m, Tensor[] in, Tensor weight, boolean training) {
    var x = unit(in[0], 1); // [N, D]
    var w = unit(weight, 0); // [D, classes]
    var cos = x.matmul(w); // [N, classes]
    if (!training || in.length < 2) {
      return cos;
    }
    var label = in[1].reshape(in[1].size(0)); // [N]
    var target = torch.one_hot(label, weight.size(1)).to(cos.scalar_type()); // [N, classes]
    var hit = target.gt(new Scalar(0.5));
    return switch (m.kind()) {
      case ARC -> {
        var sin = cos.square().neg().add(new Scalar(1 + 1e-6)).sqrt();
        var phi =
            cos.mul(new Scalar(Math.cos(m.margin())))
                .sub(sin.mul(new Scalar(Math.sin(m.margin()))));
        var eased =
            m.easy()
                ? torch.where(cos.gt(new Scalar(0.0)), phi, cos)
                : torch.where(
                    // Beyond π - m the angle would wrap: a linear penalty keeps the order.
                    cos.gt(new Scalar(-Math.cos(m.margin()))),
                    phi,
                    cos.sub(new Scalar(m.margin() * Math.sin(m.margin()))));
        yield torch.where(hit, eased, cos).mul(new Scalar(m.scale()));
      }
      case COS -> cos.sub(target.mul(new Scalar(m.margin()))).mul(new Scalar(m.scale()));
      case CIRCLE -> {
        var fixed = cos.detach();
        var alphaP = fixed.neg().add(new Scalar(1 + m.margin())).clamp_min(new Scalar(0.0));
        var alphaN = fixed.add(new Scalar(m.margin())).clamp_min(new Scalar(0.0));
        var positive = alphaP.mul(cos.sub(new Scalar(1 - m.margin())));
        var negative = alphaN.mul(cos.sub(new Scalar(m.margin())));
        yield torch.where(hit, positive, negative).mul(new Scalar(m.scale()));
      }
    };
  }

  private static Tensor unit(Tensor x, int axis) {
    return x.div(x.square().sum(new long[] {axis}, true, new ScalarTypeOptional()).sqrt());
  }
}
