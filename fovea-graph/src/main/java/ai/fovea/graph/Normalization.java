package ai.fovea.graph;

import java.util.List;

/// Operations that bring values to a common scale.
public sealed interface Normalization extends Op {

  /// Batch normalisation over axis 1. Parameters: `weight, bias, _mean, _variance`, all `[C]`.
  ///
  /// @param momentum Paddle's: the weight of the OLD statistic; the biased batch variance enters
  /// @param globalStats whether the running statistics are used in training too
  record BatchNorm(double epsilon, double momentum, @DefaultValue("false") boolean globalStats)
      implements Normalization {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      GraphException.require(params.size() == 4, "batch norm needs weight, bias, _mean, _variance");
      for (Type p : params) {
        GraphException.require(
            p.shape().rank() == 1 && p.shape().dim(0).equals(x.shape().dim(1)),
            "input " + x.shape() + " against parameter " + p.shape());
      }
      return List.of(x);
    }
  }

  /// Layer normalisation over the last `axes` axes. Parameters: `[weight, bias]`.
  record LayerNorm(double epsilon, int axes) implements Normalization {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      Shape shape = x.shape();
      GraphException.require(axes >= 1 && axes <= shape.rank(), axes + " axes of " + shape);
      GraphException.require(
          params.isEmpty() || params.size() == 2, "layer norm needs weight and bias, or neither");
      Shape each = Shape.of(shape.dims().subList(shape.rank() - axes, shape.rank()));
      for (Type p : params) {
        GraphException.require(
            p.shape().equals(each), "input " + shape + " against parameter " + p.shape());
      }
      return List.of(x);
    }
  }

  /// Softmax over one axis.
  record Softmax(int axis) implements Normalization {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      return List.of(Operands.withAxis(inputs, axis));
    }
  }

  /// `x / max(|x|_2, epsilon)` along an axis.
  record Normalize(int axis, double epsilon) implements Normalization {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      return List.of(Operands.withAxis(inputs, axis));
    }
  }
}
