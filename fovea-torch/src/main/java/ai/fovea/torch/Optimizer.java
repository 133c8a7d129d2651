package ai.fovea.torch;

import ai.fovea.graph.NDArray;
import java.util.Map;

/// Changes parameters by their gradients. Owns its state in native memory until it is closed. Not thread-safe.
public sealed interface Optimizer extends AutoCloseable permits FusedOptimizer {

  /// One update of every parameter that has a gradient.
  ///
  /// @param learningRate of this step; each parameter's own factor comes on top
  void step(double learningRate);

  /// A copy of the state, by parameter name and Paddle's name of the accumulator, e.g. `fc.weight_velocity_0`.
  Map<String, NDArray> state();

  /// Goes on from a state that [#state] returned.
  ///
  /// @throws ai.fovea.graph.GraphException listing what is missing or has another shape; nothing is changed then
  void load(Map<String, NDArray> state);

  @Override
  void close();

  /// What an optimizer does to the gradient before its own rule, in this order.
  ///
  /// @param clipNorm largest Euclidean norm of each parameter's gradient; 0 for no limit
  /// @param l2 coefficient of Paddle's L2 regularizer: `c p` is added to the gradient
  /// @param l1 coefficient of Paddle's L1 regularizer: `c sign(p)` is added to the gradient
  record Before(double clipNorm, double l2, double l1) {
    /// Nothing.
    public static final Before NOTHING = new Before(0, 0, 0);

    /// Checks the ranges.
    public Before {
      if (clipNorm < 0 || l2 < 0 || l1 < 0) {
        throw new IllegalArgumentException(
            "clip norm and regularizer can't be negative: " + clipNorm + ", " + l2 + ", " + l1);
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
  static Optimizer of(
      TorchParameters parameters,
      java.util.Collection<String> names,
      java.util.Collection<String> undecayed,
      Before before,
      Rule rule) {
    return new FusedOptimizer(parameters, names, undecayed, before, rule);
  }
}
