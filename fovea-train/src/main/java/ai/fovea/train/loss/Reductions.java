package ai.fovea.train.loss;

import ai.fovea.plan.LossSettings.Reduction;
import ai.fovea.torch.Tensor;

/// What becomes of the losses of the rows.
final class Reductions {
  private Reductions() {}

  static Tensor of(Tensor rows, Reduction reduction) {
    return switch (reduction) {
      case MEAN -> rows.mean();
      case SUM -> rows.sum();
      case NONE -> rows;
    };
  }
}
