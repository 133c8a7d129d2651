package ai.fovea.train;

import java.io.IOException;

/// Takes part in a training at the places that [TrainingLoop] names, on the training thread. Callbacks are called in the order
/// in which the loop has them; what one throws ends the training.
public interface Callback {
  /// Called before the first iteration.
  default void beforeTraining(TrainingLoop loop) throws IOException {}

  /// Called after the gradients of a batch were computed and before they are used. The tensors of the result can be read.
  ///
  /// @param iteration in this epoch, from 0
  default void afterBackward(TrainingLoop loop, int iteration, TrainStep.Result result) {}

  /// Called after an iteration, when the parameters were updated if they are updated after it.
  ///
  /// @param iteration in this epoch, from 0
  default void afterIteration(TrainingLoop loop, int iteration) {}

  /// Called when an epoch is finished.
  ///
  /// @param epoch from 1
  default void afterEpoch(TrainingLoop loop, int epoch) throws IOException {}
}
