package ai.fovea.graph;

import java.util.List;
import java.util.Map;

/// Operations without inputs.
public sealed interface Source extends Op {

  /// The value of a parameter. Parameters: `value`.
  record Read() implements Source {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(params, 1, 1, "parameters");
      return List.of(params.getFirst());
    }
  }

  /// A tensor of one value.
  record Fill(double value, DType dtype, Shape shape) implements Source {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      return List.of(new Type(dtype, shape));
    }

    @Override
    public Op with(Map<String, Integer> sizes) {
      return new Fill(value, dtype, shape.with(sizes));
    }
  }

  /// `start, start + step, …`: `count` numbers.
  record Range(double start, double step, Dim count, DType dtype) implements Source {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      return List.of(new Type(dtype, Shape.of(count)));
    }

    @Override
    public Op with(Map<String, Integer> sizes) {
      return new Range(start, step, count.with(sizes), dtype);
    }
  }
}
