package ai.fovea.graph;

import java.util.List;

/// What shape an operation yields, and which shapes it refuses.
final class ShapeInference {
  private ShapeInference() {}

  /// @throws GraphException where the inputs or parameters don't fit the operation
  static Shape infer(Op op, List<Shape> in, List<Shape> params) {
    return switch (op) {
      case Op.Read r -> params.get(0);
      case Op.Conv c -> conv(c, in.get(0), params);
      case Op.Linear l -> {
        Shape x = in.get(0);
        Shape w = params.get(0);
        require(x.dim(-1) == w.dim(0), "input " + x + " against weight [in, out] " + w);
        yield x.with(-1, w.dim(1));
      }
      case Op.BatchNorm b -> {
        Shape x = in.get(0);
        require(params.size() == 4, "batch norm needs weight, bias, _mean, _variance");
        for (Shape p : params) {
          require(p.rank() == 1 && p.dim(0) == x.dim(1), "input " + x + " against parameter " + p);
        }
        yield x;
      }
      case Op.LayerNorm l -> {
        Shape x = in.get(0);
        for (Shape p : params) {
          int n = 1;
          for (int a = 1; a <= l.axes(); a++) {
            n *= x.dim(-a);
          }
          require(p.size() == n, "input " + x + " against parameter " + p);
        }
        yield x;
      }
      case Op.Unary u -> in.get(0);
      case Op.HardSigmoid h -> in.get(0);
      case Op.Affine a -> in.get(0);
      case Op.Binary b -> broadcast(in.get(0), in.get(1));
      case Op.MatMul m -> matmul(m, in.get(0), in.get(1));
      case Op.Softmax s -> axis(in.get(0), s.axis());
      case Op.MaxPool p -> pool(in.get(0), p.kernel(), p.stride(), p.pads(), p.ceil());
      case Op.AvgPool p -> pool(in.get(0), p.kernel(), p.stride(), p.pads(), p.ceil());
      case Op.AdaptiveAvgPool p -> {
        Shape x = picture(in.get(0));
        int h = p.size().h();
        int w = p.size().w();
        require(
            x.dim(2) % h == 0 && x.dim(3) % w == 0,
            "adaptive pooling of " + x + " to " + h + "x" + w + " would need unequal blocks");
        yield x.with(2, h).with(3, w);
      }
      case Op.Reshape r -> {
        Shape to = Shape.of(r.dims());
        require(in.get(0).size() == to.size(), "reshape of " + in.get(0) + " to " + to);
        yield to;
      }
      case Op.Transpose t -> {
        Shape x = in.get(0);
        require(
            t.order().stream().sorted().toList().equals(upTo(x.rank())),
            "transposing " + x + " by " + t.order());
        yield Shape.of(t.order().stream().map(x::dim).toList());
      }
      case Op.Concat c -> {
        Shape first = in.get(0);
        int sum = 0;
        for (Shape s : in) {
          require(
              s.rank() == first.rank() && s.with(c.axis(), 1).equals(first.with(c.axis(), 1)),
              "joining " + in + " along axis " + c.axis());
          sum += s.dim(c.axis());
        }
        yield first.with(c.axis(), sum);
      }
      case Op.Slice s -> {
        Shape x = in.get(0);
        int n = x.dim(s.axis());
        require(
            s.start() >= 0 && s.step() > 0 && s.start() < s.end() && s.end() <= n,
            "slice "
                + s.start()
                + ":"
                + s.end()
                + ":"
                + s.step()
                + " of axis "
                + s.axis()
                + " of "
                + x);
        yield x.with(s.axis(), (s.end() - s.start() + s.step() - 1) / s.step());
      }
      case Op.Gather g -> {
        require(in.get(1).rank() == 1, "gather needs an index of rank 1, not " + in.get(1));
        yield in.get(0).with(g.axis(), in.get(1).dim(0));
      }
      case Op.Roll r -> {
        require(r.shifts().size() == r.axes().size(), "one shift an axis");
        r.axes().forEach(in.get(0)::axis);
        yield in.get(0);
      }
      case Op.Pad p -> {
        Shape x = in.get(0);
        yield x.with(-2, x.dim(-2) + p.pads().top() + p.pads().bottom())
            .with(-1, x.dim(-1) + p.pads().left() + p.pads().right());
      }
      case Op.Expand e -> broadcast(in.get(0), Shape.of(e.dims()));
      case Op.Mean m -> mean(m, in.get(0));
      case Op.Normalize n -> axis(in.get(0), n.axis());
      case Op.Dropout d -> in.get(0);
      case Op.DropPath d -> in.get(0);
      case Op.Margin m -> {
        Shape x = in.get(0);
        Shape w = params.get(0);
        require(x.rank() == 2 && x.dim(1) == w.dim(0), "features " + x + " against weight " + w);
        yield x.with(1, w.dim(1));
      }
    };
  }

  private static Shape conv(Op.Conv c, Shape x, List<Shape> params) {
    picture(x);
    Shape w = params.get(0);
    require(
        w.rank() == 4 && w.dim(1) * c.groups() == x.dim(1) && w.dim(0) % c.groups() == 0,
        "input "
            + x
            + " against weight [out, in/groups, kh, kw] "
            + w
            + " in "
            + c.groups()
            + " groups");
    require(
        params.size() == 1 || params.get(1).size() == w.dim(0),
        "bias " + params.get(params.size() - 1));
    int kh = (w.dim(2) - 1) * c.dilation().h() + 1;
    int kw = (w.dim(3) - 1) * c.dilation().w() + 1;
    Shape out = pool(x, new Op.Size(kh, kw), c.stride(), c.pads(), false);
    return out.with(1, w.dim(0));
  }

  private static Shape pool(Shape x, Op.Size kernel, Op.Size stride, Op.Pads pads, boolean ceil) {
    picture(x);
    return x.with(2, window(x, 2, pads.top(), pads.bottom(), kernel.h(), stride.h(), ceil))
        .with(3, window(x, 3, pads.left(), pads.right(), kernel.w(), stride.w(), ceil));
  }

  private static int window(
      Shape x, int axis, int before, int after, int kernel, int stride, boolean ceil) {
    int room = x.dim(axis) + before + after - kernel;
    require(room >= 0, "a window of " + kernel + " does not fit axis " + axis + " of " + x);
    int out = (ceil ? room + stride - 1 : room) / stride + 1;
    // A last window that would lie in the padding alone does not count.
    return ceil && (out - 1) * stride >= x.dim(axis) + before ? out - 1 : out;
  }

  private static Shape matmul(Op.MatMul m, Shape a, Shape b) {
    require(a.rank() >= 2 && b.rank() >= 2, "product of " + a + " and " + b);
    int rows = a.dim(m.transposeA() ? -1 : -2);
    int inner = a.dim(m.transposeA() ? -2 : -1);
    int columns = b.dim(m.transposeB() ? -2 : -1);
    require(inner == b.dim(m.transposeB() ? -1 : -2), "product of " + a + " and " + b);
    int[] da = a.dims();
    int[] db = b.dims();
    Shape lead =
        broadcast(
            Shape.of(java.util.Arrays.copyOf(da, da.length - 2)),
            Shape.of(java.util.Arrays.copyOf(db, db.length - 2)));
    int[] out = java.util.Arrays.copyOf(lead.dims(), lead.rank() + 2);
    out[lead.rank()] = rows;
    out[lead.rank() + 1] = columns;
    return Shape.of(out);
  }

  private static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int da = i <= a.rank() ? a.dim(-i) : 1;
      int db = i <= b.rank() ? b.dim(-i) : 1;
      require(da == db || da == 1 || db == 1, "shapes " + a + " and " + b);
      out[rank - i] = da == 1 ? db : da;
    }
    return Shape.of(out);
  }

  private static Shape mean(Op.Mean m, Shape x) {
    var axes = m.axes().stream().map(x::axis).toList();
    var dims = new java.util.ArrayList<Integer>();
    for (int a = 0; a < x.rank(); a++) {
      if (!axes.contains(a)) {
        dims.add(x.dim(a));
      } else if (m.keepDims()) {
        dims.add(1);
      }
    }
    return Shape.of(dims);
  }

  private static Shape axis(Shape x, int axis) {
    x.axis(axis);
    return x;
  }

  private static Shape picture(Shape x) {
    require(x.rank() == 4, "needs [N, C, H, W], not " + x);
    return x;
  }

  private static List<Integer> upTo(int n) {
    return java.util.stream.IntStream.range(0, n).boxed().toList();
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new GraphException(problem);
    }
  }
}
