package ai.fovea.train.loss;

import ai.fovea.graph.Shape;
import ai.fovea.plan.LossSettings.Reduction;
import ai.fovea.torch.Tensor;

/// Softmax cross entropy, with label smoothing (Szegedy et al. 2016):
/// `-Σ t log softmax(x)`, `t = (1 - ε) onehot + ε / C`.
///
/// @param epsilon smoothing; outside (0, 1) there is none
/// @param target what labels of one value a class are
public record CELoss(Reduction reduction, double epsilon, Target target) implements SimpleLoss {
  private static final double FLOOR = 64;

  /// What a label of one value a class is.
  public enum Target {
    /// A teacher's outputs: they go through softmax first, unless there is smoothing. The reference takes every label so, those
    /// of mixed images, too.
    LOGITS,
    /// A distribution over classes.
    PROBABILITIES
  }

  @Override
  public String name() {
    return "CELoss";
  }

  @Override
  public Tensor value(LossInput input) {
    return value(input.outputs().get("logits", name()), input.label());
  }

  /// Returns the loss of these outputs.
  ///
  /// @param x `[N, C]`
  /// @param label `[N, 1]` class numbers, or one value a class, `[N, C]`
  Tensor value(Tensor x, Tensor label) {
    int classes = x.size(-1);
    boolean smooth = epsilon > 0 && epsilon < 1;
    boolean soft = label.shape().rank() > 1 && label.size(-1) == classes && classes > 1;
    Tensor rows;
    if (soft) {
      // A target that is given as it is receives no gradient.
      Tensor given =
          target == Target.LOGITS && !smooth ? label.detach().softmax(-1) : label; // [N, C]
      Tensor wanted = smooth ? given.mul(1 - epsilon).add(epsilon / classes) : given; // [N, C]
      rows = wanted.mul(x.logSoftmax(-1)).sum(-1, true).neg(); // [N, 1]
    } else {
      Tensor log = x.logSoftmax(-1); // [N, C]
      Tensor index = column(label); // [N, 1]
      rows = floored(x, index, log.gather(1, index).neg()); // [N, 1]
      if (smooth) {
        rows = rows.mul(1 - epsilon).add(log.mean(-1, true).mul(-epsilon)); // [N, 1]
      }
    }
    return Reductions.of(rows, reduction);
  }

  /// Paddle's softmax lets no logit lie more than 64 below the largest. That bounds the loss of a sample at
  /// `64 + log Σ`, and leaves its gradient as it is.
  private static Tensor floored(Tensor x, Tensor index, Tensor rows) {
    Tensor below =
        x.detach().gather(1, index).sub(x.detach().max(1).unsqueeze(1)); // [N, 1], at most 0
    Tensor excess = below.add(FLOOR).clampMax(0); // [N, 1], 0 where nothing is to be done
    return rows.add(excess);
  }

  private static Tensor column(Tensor label) {
    Shape shape = label.shape();
    return shape.rank() == 2 ? label : label.reshape(shape.size(), 1);
  }
}
