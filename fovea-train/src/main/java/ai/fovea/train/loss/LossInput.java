package ai.fovea.train.loss;

import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import java.util.Map;
import java.util.function.Function;

/// What a loss is computed from.
///
/// @param outputs of the networks: `logits [N, C]`, `features [N, D]`, `backbone [N, D]` …
/// @param batch the tensors of the batch by name: `label`, `[N, 1]` class numbers (int64) or `[N, C]` distributions (float32)
/// @param parameters the values of [Loss#parameters] by name
public record LossInput(
    Outputs outputs, Map<String, Tensor> batch, Function<String, Tensor> parameters) {

  /// The input of a loss without parameters, for one network.
  public static LossInput of(Map<String, Tensor> outputs, Tensor label) {
    return of(Outputs.of(outputs), label);
  }

  /// The input of a loss without parameters.
  public static LossInput of(Outputs outputs, Tensor label) {
    return new LossInput(
        outputs,
        Map.of("label", label),
        name -> {
          throw new IllegalArgumentException("no parameter '" + name + "'");
        });
  }

  /// Returns the labels.
  ///
  /// @throws IllegalArgumentException if the batch has none
  public Tensor label() {
    Tensor label = batch.get("label");
    if (label == null) {
      throw new IllegalArgumentException("the batch has no labels, it has " + batch.keySet());
    }
    return label;
  }

  /// Returns this input with other parameters.
  LossInput with(Function<String, Tensor> other) {
    return new LossInput(outputs, batch, other);
  }
}
