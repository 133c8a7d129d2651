package ai.fovea.torch;

import ai.fovea.graph.Elementwise;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Operations on single elements by libtorch.
final class TorchElementwise {
  private TorchElementwise() {}

  static Tensor apply(Elementwise op, Tensor[] in, Tensor[] p) {
    return switch (op) {
      case Elementwise.Unary u -> unary(u.function(), in[0]);
      case Elementwise.HardSigmoid h ->
          torch.hardtanh(affine(in[0], h.slope(), h.offset()), new Scalar(0.0), new Scalar(1.0));
      case Elementwise.LeakyRelu l -> torch.leaky_relu(in[0], new Scalar(l.slope()));
      case Elementwise.PRelu _ -> torch.prelu(in[0], p[0].reshape(p[0].numel()));
      case Elementwise.Affine a -> affine(in[0], a.scale(), a.bias());
      case Elementwise.Clip c ->
          torch.clamp(
              in[0],
              new ScalarOptional(new Scalar(c.min())),
              new ScalarOptional(new Scalar(c.max())));
      case Elementwise.Power e -> in[0].pow(new Scalar(e.exponent()));
      case Elementwise.Cast c -> in[0].to(Torch.scalarType(c.dtype()));
      case Elementwise.Binary b ->
          switch (b.arithmetic()) {
            case ADD -> in[0].add(in[1]);
            case SUBTRACT -> in[0].sub(in[1]);
            case MULTIPLY -> in[0].mul(in[1]);
            case DIVIDE -> in[0].div(in[1]);
            case MINIMUM -> torch.minimum(in[0], in[1]);
            case MAXIMUM -> torch.maximum(in[0], in[1]);
          };
      case Elementwise.Compare c ->
          switch (c.relation()) {
            case EQUAL -> in[0].eq(in[1]);
            case NOT_EQUAL -> in[0].ne(in[1]);
            case LESS -> in[0].lt(in[1]);
            case GREATER -> in[0].gt(in[1]);
          };
      case Elementwise.Select _ -> torch.where(in[0], in[1], in[2]);
    };
  }

  private static Tensor unary(Elementwise.Function f, Tensor x) {
    return switch (f) {
      case RELU -> torch.relu(x);
      case RELU6 -> torch.relu6(x);
      case SIGMOID -> torch.sigmoid(x);
      case TANH -> torch.tanh(x);
      case GELU -> torch.gelu(x);
      case SILU -> torch.silu(x);
      case HARD_SWISH -> torch.hardswish(x);
      case SQRT -> torch.sqrt(x);
      case EXP -> torch.exp(x);
    };
  }

  private static Tensor affine(Tensor x, double scale, double bias) {
    return x.mul(new Scalar(scale)).add(new Scalar(bias));
  }
}
