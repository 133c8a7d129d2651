package ai.fovea.train;

import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import java.util.Map;
import java.util.SequencedMap;

/// What is done with a batch: from its tensors to gradients. Called on the training thread, within a
/// [ai.fovea.torch.TensorScope] that holds until the callbacks of the iteration have run.
@FunctionalInterface
public interface TrainStep {
  /// Computes the gradients of a batch, which are added to those that are there.
  ///
  /// @param batch its tensors by name
  /// @param backward computes the gradients of a scalar, with the factor that accumulation needs
  Result run(TrainState state, Map<String, Tensor> batch, Backward backward);

  /// Computes gradients.
  @FunctionalInterface
  interface Backward {
    /// Adds the gradients of a scalar to those that are there.
    void of(Tensor loss);
  }

  /// What a step yields for logs and metrics.
  ///
  /// @param losses as they are shown, the whole last as `loss`
  record Result(Outputs outputs, SequencedMap<String, Double> losses) {}

  /// Runs all networks on the batch and computes the gradients of the sum of all losses: supervised training, and distillation,
  /// where networks learn from each other.
  static TrainStep supervised() {
    return SupervisedStep::run;
  }
}
