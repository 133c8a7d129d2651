package ai.fovea.graph;

import java.util.ArrayList;
import java.util.List;

/// Operations that make one value of all along some axes.
public sealed interface Reduction extends Op {

  /// The axes; negative ones count from the end.
  List<Integer> axes();

  /// Whether the axes stay, of length 1.
  boolean keepDims();

  @Override
  default List<Type> infer(List<Type> inputs, List<Type> params) {
    Type x = Operands.one(inputs);
    Shape shape = x.shape();
    var reduced = axes().stream().map(shape::axis).toList();
    var dims = new ArrayList<Dim>();
    for (int a = 0; a < shape.rank(); a++) {
      if (!reduced.contains(a)) {
        dims.add(shape.dim(a));
      } else if (keepDims()) {
        dims.add(Dim.ONE);
      }
    }
    return Operands.list(x, Shape.of(dims));
  }

  /// Mean over axes.
  record Mean(List<Integer> axes, boolean keepDims) implements Reduction {
    /// Copies the list.
    public Mean {
      axes = List.copyOf(axes);
    }
  }

  /// Sum over axes.
  record Sum(List<Integer> axes, boolean keepDims) implements Reduction {
    /// Copies the list.
    public Sum {
      axes = List.copyOf(axes);
    }
  }

  /// Maximum over axes.
  record Max(List<Integer> axes, boolean keepDims) implements Reduction {
    /// Copies the list.
    public Max {
      axes = List.copyOf(axes);
    }
  }
}
