package ai.fovea.train;

import ai.fovea.plan.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What happens in a training, in the order in which it happens.
public sealed interface TrainEvent {
  /// Something that a user may want to know.
  record Note(String text) implements TrainEvent {}

  /// Something is done that may not be what was meant.
  record Warning(String text) implements TrainEvent {}

  /// Images were looked at before the run begins, see [Recipe#checkImages].
  ///
  /// @param done how many images were
  /// @param of how many there are
  record ImagesChecked(int done, int of) implements TrainEvent {}

  /// The first epoch is about to begin.
  ///
  /// @param epoch the first one, from 1; more than 1 where a training goes on
  /// @param epochs of the whole training
  /// @param iterations in an epoch
  record Started(int epoch, int epochs, int iterations) implements TrainEvent {}

  /// An iteration is done.
  ///
  /// @param epoch from 1
  /// @param iteration from 0
  /// @param iterations in an epoch
  /// @param rates the learning rate of each optimizer after this iteration
  /// @param averages of metrics and losses over the epoch so far
  /// @param seconds that it took
  /// @param readerSeconds the part of it that was spent waiting for data
  /// @param samples in the batch
  record IterationDone(
      int epoch,
      int iteration,
      int iterations,
      List<Rate> rates,
      Map<String, Double> averages,
      double seconds,
      double readerSeconds,
      int samples)
      implements TrainEvent {}

  /// An optimizer's learning rate.
  ///
  /// @param schedule PaddlePaddle's name of the schedule
  record Rate(String schedule, double value) {}

  /// All iterations of an epoch are done.
  ///
  /// @param averages of metrics and losses over the epoch
  record EpochDone(int epoch, Map<String, Double> averages) implements TrainEvent {}

  /// An evaluation is done.
  ///
  /// @param epoch after which; 1 where weights are measured without training
  /// @param metrics in the order of the configuration
  /// @param best the best value of the first metric so far; empty without training
  /// @param servesOtherWeights whether an average or a blend was measured
  record Evaluated(
      int epoch, Map<String, Double> metrics, OptionalDouble best, boolean servesOtherWeights)
      implements TrainEvent {}

  /// A checkpoint is written.
  ///
  /// @param prefix its path without suffix
  /// @param epoch that is finished
  /// @param evaluationPending whether another one of the same name follows when this epoch is evaluated
  record Saved(Path prefix, int epoch, boolean evaluationPending) implements TrainEvent {}

  /// The training ends before its last epoch is done.
  ///
  /// @param reason for a user
  record Stopped(int epoch, String reason) implements TrainEvent {}
}
