package ai.fovea.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Operations that put elements in other places.
public sealed interface Movement extends Op {

  /// The same elements in another shape.
  record Reshape(Shape dims) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      GraphException.require(
          x.shape().elements().equals(dims.elements()), "reshape of " + x.shape() + " to " + dims);
      return Operands.list(x, dims);
    }

    @Override
    public Op with(Map<String, Integer> sizes) {
      return new Reshape(dims.with(sizes));
    }
  }

  /// Axes in another order.
  record Transpose(List<Integer> order) implements Movement {
    /// Copies the list.
    public Transpose {
      order = List.copyOf(order);
    }

    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      GraphException.require(
          order.stream()
              .sorted()
              .toList()
              .equals(IntStream.range(0, x.shape().rank()).boxed().toList()),
          "transposing " + x.shape() + " by " + order);
      return Operands.list(x, Shape.of(order.stream().map(x.shape()::dim).toList()));
    }
  }

  /// Joins tensors along an axis.
  record Concat(int axis) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      GraphException.require(!inputs.isEmpty(), "nothing to join");
      Type first = inputs.getFirst();
      Dim sum = Dim.of(0);
      for (Type each : inputs) {
        Operands.sameElements(first, each);
        GraphException.require(
            each.shape().rank() == first.shape().rank()
                && each.shape().with(axis, 1).equals(first.shape().with(axis, 1)),
            "joining " + inputs.stream().map(Type::shape).toList() + " along axis " + axis);
        sum = sum.plus(each.shape().dim(axis));
      }
      return Operands.list(first, first.shape().with(axis, sum));
    }
  }

  /// Cuts a tensor along an axis into parts of these sizes, one output each.
  record Split(int axis, List<Integer> sizes) implements Movement {
    /// Copies the list.
    public Split {
      sizes = List.copyOf(sizes);
    }

    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      GraphException.require(
          sizes.stream().allMatch(s -> s > 0)
              && x.shape().size(axis) == sizes.stream().mapToInt(s -> s).sum(),
          "splitting axis " + axis + " of " + x.shape() + " into " + sizes);
      return sizes.stream().map(s -> x.with(x.shape().with(axis, s))).toList();
    }
  }

  /// `start, start + step, …` below `end` of one axis.
  record Slice(int axis, int start, int end, int step) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      int n = x.shape().size(axis);
      GraphException.require(
          start >= 0 && step > 0 && start < end && end <= n,
          "slice " + start + ":" + end + ":" + step + " of axis " + axis + " of " + x.shape());
      return Operands.list(x, x.shape().with(axis, (end - start + step - 1) / step));
    }
  }

  /// Places of the first input along `axis`, picked by the second (integers, rank 1).
  record Gather(int axis) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 2, 2, "inputs");
      Type index = inputs.get(1);
      GraphException.require(
          index.shape().rank() == 1 && !index.dtype().floating(),
          "gather needs integers of rank 1 as index, not " + index);
      Type x = inputs.getFirst();
      return Operands.list(x, x.shape().with(axis, index.shape().dim(0)));
    }
  }

  /// Cyclic shift along axes of fixed size.
  record Roll(List<Integer> shifts, List<Integer> axes) implements Movement {
    /// Copies the lists.
    public Roll {
      shifts = List.copyOf(shifts);
      axes = List.copyOf(axes);
      GraphException.require(shifts.size() == axes.size(), "one shift an axis");
    }

    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      axes.forEach(x.shape()::size);
      return List.of(x);
    }
  }

  /// Zeros around the last two axes.
  record Pad(Pads pads) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      Shape shape = x.shape();
      return Operands.list(
          x,
          shape
              .with(-2, shape.dim(-2).plus(pads.top() + pads.bottom()))
              .with(-1, shape.dim(-1).plus(pads.left() + pads.right())));
    }
  }

  /// Repeats axes of length 1.
  record Expand(Shape dims) implements Movement {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      Shape to = Shape.broadcast(x.shape(), dims);
      GraphException.require(
          x.shape().rank() <= dims.rank(), "expanding " + x.shape() + " to " + dims);
      return Operands.list(x, to);
    }

    @Override
    public Op with(Map<String, Integer> sizes) {
      return new Expand(dims.with(sizes));
    }
  }

  /// An image enlarged by whole factors.
  ///
  /// @param mode how values between the old ones arise
  record Enlarge(Interpolation mode, Size factor) implements Movement {
    /// Checks the factors.
    public Enlarge {
      GraphException.require(factor.h() > 0 && factor.w() > 0, "enlarging by " + factor);
    }

    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.image(inputs);
      Shape shape = x.shape();
      return Operands.list(
          x, shape.with(2, shape.dim(2).times(factor.h())).with(3, shape.dim(3).times(factor.w())));
    }
  }

  /// How an image is enlarged.
  enum Interpolation {
    /// Each value repeated.
    NEAREST,
    /// Linear between the four values around, pixel centres aligned (Paddle's `align_corners=False`).
    BILINEAR
  }
}
