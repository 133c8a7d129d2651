package ai.fovea.graph;

import java.util.List;

/// The primitive operations of all networks, in groups. Libtorch, ONNX and the summary handle each group in one
/// exhaustive `switch`, so a new operation does not compile until all of them know it.
///
/// What decides a shape (a reshape's dimensions, the bounds of a slice) is part of the operation and never an input, so that shapes follow from the graph alone.
///
/// Images are `[N, C, H, W]`. Where parameters are named, they are the node's parameters in this order; those
/// in brackets may be missing.
public sealed interface Op
    permits Source,
        Contraction,
        Normalization,
        Elementwise,
        Pooling,
        Reduction,
        Movement,
        TrainingOnly {

  /// What the operation yields.
  ///
  /// @param inputs the types of its inputs
  /// @param params the types of its parameters
  /// @return the type of each output
  /// @throws GraphException where inputs or parameters don't fit it
  List<Type> infer(List<Type> inputs, List<Type> params);

  /// This operation with sizes in place of the names in its dimensions.
  ///
  /// @see Dim#with
  default Op with(java.util.Map<String, Integer> sizes) {
    return this;
  }

  /// Its name in messages, tables and files.
  default String name() {
    return getClass().getSimpleName();
  }

  /// Height and width.
  record Size(int h, int w) {
    /// The same both ways.
    public static Size of(int both) {
      return new Size(both, both);
    }

    /// The products of both heights and both widths: the stride of two operations one after the other.
    public Size times(Size other) {
      return new Size(h * other.h, w * other.w);
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
