package ai.fovea.graph;

import java.util.List;

/// Operations that do something else in training than at inference.
public sealed interface TrainingOnly extends Op {

  /// The type of the only input, unless an operation says otherwise.
  @Override
  default List<Type> infer(List<Type> inputs, List<Type> params) {
    return List.of(Operands.one(inputs));
  }

  /// Sets elements to zero with probability `p` in training.
  ///
  /// @param downgradeInInfer Paddle's mode of that name: kept elements are not scaled in training, and everything
  ///     is multiplied by `1 - p` at inference
  record Dropout(double p, @DefaultValue("false") boolean downgradeInInfer)
      implements TrainingOnly {}

  /// Stochastic depth (Huang et al. 2016): whole samples set to zero in training, the others divided by `1 - p`.
  record DropPath(double p) implements TrainingOnly {}

  /// Cosine to each class, with a margin in training. Inputs: features `[N, D]`, `[label [N, 1]]`. Parameters:
  /// `weight [D, classes]`. Without label, and at inference, the plain cosine.
  record Margin(MarginKind kind, double margin, double scale, @DefaultValue("false") boolean easy)
      implements TrainingOnly {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 1, 2, "inputs");
      Operands.count(params, 1, 1, "parameters");
      Type x = inputs.getFirst();
      Shape w = params.getFirst().shape();
      GraphException.require(
          x.shape().rank() == 2 && x.shape().dim(1).equals(w.dim(0)),
          "features " + x.shape() + " against weight " + w);
      return Operands.list(x, x.shape().with(1, w.dim(1)));
    }
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
}
