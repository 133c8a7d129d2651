package ai.fovea.torch;

import ai.fovea.graph.NDArray;
import java.util.Map;

/// Changes parameters by their gradients. Owns its state in native memory until it is closed. Not thread-safe.
public sealed interface Optimizer extends AutoCloseable permits FusedOptimizer {

  /// Makes one update of every parameter that has a gradient, which goes through the pipeline before.
  ///
  /// @param learningRate of this step; each parameter's own factor comes on top
  /// @return false if the pipeline left this update out
  boolean step(double learningRate);

  /// A copy of the state, by parameter name and Paddle's name of the accumulator, e.g. `fc.weight_velocity_0`.
  Map<String, NDArray> state();

  /// Goes on from a state that [#state] returned.
  ///
  /// @throws ai.fovea.graph.GraphException listing what is missing or has another shape; nothing is changed then
  void load(Map<String, NDArray> state);

  @Override
  void close();

  /// What is added to the gradient before the optimizer's own rule.
  ///
  /// @param l2 coefficient of Paddle's L2 regularizer: `c p` is added to the gradient
  /// @param l1 coefficient of Paddle's L1 regularizer: `c sign(p)` is added to the gradient
  record Regularizer(double l2, double l1) {
    /// Adds nothing.
    public static final Regularizer NONE = new Regularizer(0, 0);

    /// Checks the ranges.
    public Regularizer {
      if (l2 < 0 || l1 < 0) {
        throw new IllegalArgumentException(
            "the coefficient of a regularizer can't be negative: " + l2 + ", " + l1);
      }
    }
  }

  /// The rule of an update, with Paddle's names.
  sealed interface Rule {
    /// `p -= lr g`, or with momentum `v = μ v + g; p -= lr v`; Nesterov: `p -= lr (g + μ v)`.
    record Momentum(double momentum, boolean nesterov) implements Rule {}

    /// Kingma and Ba 2015; `decay` is decoupled as in Loshchilov and Hutter 2019: `p *= 1 - lr decay` first.
    record Adam(double beta1, double beta2, double epsilon, double decay) implements Rule {}
  }

  /// Makes an optimizer.
  ///
  /// @param names which of the parameters it changes
  /// @param undecayed names among them that neither regularizer nor weight decay touches
  /// @param pipeline what gradients go through first
  static Optimizer of(
      TorchParameters parameters,
      java.util.Collection<String> names,
      java.util.Collection<String> undecayed,
      GradientPipeline pipeline,
      Regularizer regularizer,
      Rule rule) {
    return new FusedOptimizer(parameters, names, undecayed, pipeline, regularizer, rule);
  }
}
