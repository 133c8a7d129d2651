package ai.fovea.train;

import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A batch through all networks, its losses, and their gradients.
final class SupervisedStep {
  private SupervisedStep() {}

  static TrainStep.Result run(
      TrainState state, Map<String, Tensor> batch, TrainStep.Backward backward) {
    Outputs outputs = state.networks().forward(batch);
    SequencedMap<String, Tensor> losses = state.losses(outputs, batch);
    Tensor sum = losses.get("loss");
    if (sum == null) {
      throw new IllegalStateException("a sum without parts");
    }
    backward.of(sum);
    var values = new LinkedHashMap<String, Double>();
    losses.forEach((name, value) -> values.put(name, value.item()));
    return new TrainStep.Result(outputs, values);
  }
}
