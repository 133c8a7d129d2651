package ai.fovea.graph;

import java.util.List;

/// The primitive operations of all networks. Shape inference, libtorch, ONNX and the summary handle each of them
/// in one exhaustive `switch`, so a new one does not compile until all of them know it.
///
/// Pictures are `[N, C, H, W]`. Where parameters are named, they are the node's parameters in this order; those
/// in brackets may be missing.
public sealed interface Op {

  /// The value of a parameter. Parameters: `value`.
  record Read() implements Op {}

  /// Convolution. Parameters: `weight [out, in/groups, kh, kw]`, `[bias [out]]`.
  record Conv(Size stride, Pads pads, Size dilation, int groups) implements Op {}

  /// `x W + b` over the last axis. Parameters: `weight [in, out]`, `[bias [out]]`.
  record Linear() implements Op {}

  /// Batch normalisation over axis 1. Parameters: `weight, bias, _mean, _variance`, all `[C]`.
  ///
  /// @param momentum Paddle's: the weight of the OLD statistic; the biased batch variance enters
  /// @param globalStats whether the running statistics are used in training too
  record BatchNorm(double epsilon, double momentum, boolean globalStats) implements Op {}

  /// Layer normalisation over the last `axes` axes. Parameters: `[weight, bias]`.
  record LayerNorm(double epsilon, int axes) implements Op {}

  /// A function of each element.
  record Unary(Function function) implements Op {}

  /// `min(1, max(0, slope * x + offset))`.
  record HardSigmoid(double slope, double offset) implements Op {}

  /// `x * scale + bias`.
  record Affine(double scale, double bias) implements Op {}

  /// Two tensors, element by element, with broadcasting.
  record Binary(Arithmetic arithmetic) implements Op {}

  /// Matrix product over the last two axes, the others broadcast.
  record MatMul(boolean transposeA, boolean transposeB) implements Op {}

  /// Softmax over one axis.
  record Softmax(int axis) implements Op {}

  /// Maximum over windows; padding never wins.
  record MaxPool(Size kernel, Size stride, Pads pads, boolean ceil) implements Op {}

  /// Mean over windows.
  ///
  /// @param countPadding whether padded places count (Paddle's default is no: `exclusive=True`)
  record AvgPool(Size kernel, Size stride, Pads pads, boolean ceil, boolean countPadding)
      implements Op {}

  /// Mean over as many equal blocks as `size` has places; `[1, 1]` is the global mean.
  record AdaptiveAvgPool(Size size) implements Op {}

  /// The same elements in another shape; `-k` is `k` times the batch size.
  record Reshape(List<Integer> dims) implements Op {}

  /// Axes in another order.
  record Transpose(List<Integer> order) implements Op {}

  /// Joins tensors along an axis.
  record Concat(int axis) implements Op {}

  /// `start, start + step, …` below `end` of one axis.
  record Slice(int axis, int start, int end, int step) implements Op {}

  /// Rows of the first input along `axis`, picked by the second (whole numbers, rank 1).
  record Gather(int axis) implements Op {}

  /// Cyclic shift along axes.
  record Roll(List<Integer> shifts, List<Integer> axes) implements Op {}

  /// Zeros around the last two axes.
  record Pad(Pads pads) implements Op {}

  /// Repeats axes of length 1; `-k` is `k` times the batch size.
  record Expand(List<Integer> dims) implements Op {}

  /// Mean over axes.
  record Mean(List<Integer> axes, boolean keepDims) implements Op {}

  /// `x / max(|x|_2, epsilon)` along an axis.
  record Normalize(int axis, double epsilon) implements Op {}

  /// Sets elements to zero with probability `p` in training.
  ///
  /// @param downgradeInInfer Paddle's mode of that name: kept elements are not scaled in training, and everything
  ///     is multiplied by `1 - p` at inference
  record Dropout(double p, boolean downgradeInInfer) implements Op {}

  /// Stochastic depth (Huang et al. 2016): whole samples set to zero in training, the others divided by `1 - p`.
  record DropPath(double p) implements Op {}

  /// Cosine to each class, with a margin in training. Inputs: features `[N, D]`, `[label [N, 1]]`. Parameters:
  /// `weight [D, classes]`. Without label, and at inference, the plain cosine.
  record Margin(MarginKind kind, double margin, double scale, boolean easy) implements Op {}

  /// Functions of one element. `HARD_SWISH` is `x * relu6(x + 3) / 6`, `GELU` the exact one.
  enum Function {
    RELU,
    RELU6,
    SIGMOID,
    TANH,
    GELU,
    SILU,
    HARD_SWISH,
    SQRT
  }

  /// Functions of two elements.
  enum Arithmetic {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
  }

  /// Where the margin goes.
  enum MarginKind {
    /// Deng et al. 2019: `cos(θ + m)`.
    ARC,
    /// Wang et al. 2018: `cos θ - m`.
    COS,
    /// Sun et al. 2020, in its class-level form.
    CIRCLE
  }

  /// Height and width.
  record Size(int h, int w) {
    /// The same both ways.
    public static Size of(int both) {
      return new Size(both, both);
    }
  }

  /// Padding on four sides.
  record Pads(int top, int left, int bottom, int right) {
    /// No padding.
    public static final Pads NONE = new Pads(0, 0, 0, 0);

    /// The same on all sides.
    public static Pads of(int all) {
      return new Pads(all, all, all, all);
    }

    /// TensorFlow's SAME: output size `ceil(in / stride)`, the odd row and column at the bottom and right.
    public static Pads same(int h, int w, Size kernel, Size stride) {
      int y = total(h, kernel.h, stride.h);
      int x = total(w, kernel.w, stride.w);
      return new Pads(y / 2, x / 2, y - y / 2, x - x / 2);
    }

    private static int total(int in, int kernel, int stride) {
      int out = (in + stride - 1) / stride;
      return Math.max(0, (out - 1) * stride + kernel - in);
    }

    /// Whether opposite sides are equal.
    public boolean symmetric() {
      return top == bottom && left == right;
    }

    /// Whether there is no padding.
    public boolean none() {
      return (top | left | bottom | right) == 0;
    }
  }
}
