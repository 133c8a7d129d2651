package ai.fovea.train;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Value;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Whether a loss finds what it needs among the outputs of a network, tried on made-up outputs of the right shapes, so that the
/// network itself need not be run.
final class LossTrial {
  private static final int BATCH = 4;

  private LossTrial() {}

  /// Computes the loss of a made-up batch.
  ///
  /// @param networks graphs by name; a network that is alone has the empty one
  /// @return the names of the losses
  /// @throws IllegalArgumentException where the loss needs an output that the networks do not have
  static List<String> run(CombinedLoss loss, Map<String, Graph> networks) {
    var random = new SplittableRandom(0);
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(loss.parameters(), random)) {
      Map<String, Map<String, Tensor>> outputs = new LinkedHashMap<>();
      long last = 1;
      for (var network : networks.entrySet()) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        network.getValue().outputs().forEach((name, value) -> own.put(name, madeUp(value, random)));
        outputs.put(network.getKey(), own);
        Value logits = network.getValue().outputs().get("logits");
        last = logits != null && logits.shape().size(logits.shape().rank() - 1) < 2 ? 0 : last;
      }
      Tensor labels = Tensor.of(new long[] {0, 0, last, last}, BATCH, 1); // [N, 1]
      var input =
          new LossInput(Outputs.ofNetworks(outputs), Map.of("label", labels), parameters::get);
      return List.copyOf(loss.values(input).keySet());
    }
  }

  private static Tensor madeUp(Value value, SplittableRandom random) {
    int[] dims = value.shape().withBatch(BATCH).sizes();
    int size = 1;
    for (int d : dims) {
      size = Math.multiplyExact(size, d);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, dims); // [N, ...]
  }
}
