package ai.fovea.train;

import java.util.function.Supplier;

/// Ends a training whose loss is NaN or infinite, before the weights are updated by it.
///
/// @param advice what can be done, for the message
record FiniteLoss(Supplier<String> advice) implements Callback {
  @Override
  public void afterBackward(TrainingLoop loop, int iteration, TrainStep.Result result) {
    double sum = result.losses().getOrDefault("loss", 0.0);
    if (!Double.isFinite(sum)) {
      throw new ArithmeticException(
          "the loss is "
              + (Double.isNaN(sum) ? "NaN" : "infinite")
              + " at update "
              + (loop.state().updates() + 1)
              + " (epoch "
              + loop.epoch()
              + ", iteration "
              + iteration
              + "): lower the learning rate (Optimizer.lr), or look at the images and labels; "
              + advice.get());
    }
  }
}
