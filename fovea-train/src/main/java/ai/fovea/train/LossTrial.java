package ai.fovea.train;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Value;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.train.loss.CombinedLoss;
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
  /// @return the names of the losses
  /// @throws IllegalArgumentException where the loss needs an output that the network does not have
  static List<String> run(CombinedLoss loss, Graph graph) {
    var random = new SplittableRandom(0);
    try (var _ = new TensorScope()) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      graph.outputs().forEach((name, value) -> outputs.put(name, madeUp(value, random)));
      Value logits = graph.outputs().get("logits");
      long last = logits != null && logits.shape().size(logits.shape().rank() - 1) < 2 ? 0 : 1;
      Tensor labels = Tensor.of(new long[] {0, 0, last, last}, BATCH, 1); // [N, 1]
      return List.copyOf(loss.values(outputs, labels).keySet());
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
