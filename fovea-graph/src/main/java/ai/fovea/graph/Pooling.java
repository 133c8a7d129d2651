package ai.fovea.graph;

import java.util.List;

/// Operations over windows of an image.
public sealed interface Pooling extends Op {

  /// Maximum over windows; padding never wins.
  record MaxPool(Size kernel, Size stride, Pads pads, @DefaultValue("false") boolean ceil)
      implements Pooling {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.image(inputs);
      return Operands.list(x, windows(x.shape(), kernel, stride, pads, ceil));
    }
  }

  /// Mean over windows.
  ///
  /// @param countPadding whether padded places count (Paddle's default is no: `exclusive=True`)
  record AvgPool(
      Size kernel,
      Size stride,
      Pads pads,
      @DefaultValue("false") boolean ceil,
      boolean countPadding)
      implements Pooling {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.image(inputs);
      return Operands.list(x, windows(x.shape(), kernel, stride, pads, ceil));
    }
  }

  /// Mean over as many equal blocks as `size` has places; `[1, 1]` is the global mean.
  record AdaptiveAvgPool(Size size) implements Pooling {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.image(inputs);
      Shape shape = x.shape();
      GraphException.require(
          (size.h() == 1 || shape.size(2) % size.h() == 0)
              && (size.w() == 1 || shape.size(3) % size.w() == 0),
          "adaptive pooling of "
              + shape
              + " to "
              + size.h()
              + "x"
              + size.w()
              + " would need unequal blocks");
      return Operands.list(x, shape.with(2, size.h()).with(3, size.w()));
    }
  }

  /// Each window as a column (im2col): `[N, C, H, W]` to `[N, C * kh * kw, L]` with `L` windows, row by row.
  record Unfold(Size kernel, Size stride, Pads pads, Size dilation) implements Pooling {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.image(inputs);
      Shape shape = x.shape();
      int kh = (kernel.h() - 1) * dilation.h() + 1;
      int kw = (kernel.w() - 1) * dilation.w() + 1;
      Shape to = windows(shape, new Size(kh, kw), stride, pads, false);
      Dim column = shape.dim(1).times(kernel.h() * (long) kernel.w());
      return Operands.list(x, Shape.of(List.of(shape.dim(0), column, to.dim(2).times(to.dim(3)))));
    }
  }

  /// `x` with as many places as windows fit.
  static Shape windows(Shape x, Size kernel, Size stride, Pads pads, boolean ceil) {
    return x.with(2, windows(x, 2, pads.top(), pads.bottom(), kernel.h(), stride.h(), ceil))
        .with(3, windows(x, 3, pads.left(), pads.right(), kernel.w(), stride.w(), ceil));
  }

  private static Dim windows(
      Shape x, int axis, int before, int after, int kernel, int stride, boolean ceil) {
    GraphException.require(kernel > 0 && stride > 0, "window " + kernel + ", stride " + stride);
    Dim in = x.dim(axis);
    Dim room = in.plus(before + after - kernel);
    if (!in.isFixed()) {
      GraphException.require(
          !ceil || after + stride <= kernel,
          "with rounding up, windows beside the end of axis "
              + axis
              + " of "
              + x
              + " depend on its size");
      return room.plus(ceil ? stride - 1 : 0).dividedBy(stride).plus(1);
    }
    GraphException.require(
        room.size() >= 0, "a window of " + kernel + " does not fit axis " + axis + " of " + x);
    int out = (ceil ? room.size() + stride - 1 : room.size()) / stride + 1;
    // A last window that would lie in the padding alone does not count.
    return Dim.of(ceil && (out - 1) * stride >= in.size() + before ? out - 1 : out);
  }
}
