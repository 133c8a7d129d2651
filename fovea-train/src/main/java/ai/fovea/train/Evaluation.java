package ai.fovea.train;

import ai.fovea.data.Batch;
import ai.fovea.data.Loader;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.Engine;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.Metric;
import ai.fovea.train.metric.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// Runs a network over a list of images.
final class Evaluation {
  private Evaluation() {}

  /// Returns one output for every image of a list, in order, `[N][D]`.
  static float[][] outputs(TorchNetwork network, String output, Recipe.Data data, int threads) {
    var rows = new ArrayList<float[]>();
    each(
        network,
        data,
        threads,
        (outputs, batch) -> {
          Tensor y = outputs.get(output, "evaluation"); // [N, D]
          float[] values = y.toFloats();
          int length = values.length / batch.size();
          for (int i = 0; i < batch.size(); i++) {
            rows.add(Arrays.copyOfRange(values, i * length, (i + 1) * length));
          }
        });
    return rows.toArray(float[][]::new);
  }

  /// Returns the means of metrics over a list.
  ///
  /// @param name of the network; empty for one that is alone
  static SequencedMap<String, Double> metrics(
      TorchNetwork network, String name, Recipe.Data data, List<Metric> metrics, int threads) {
    var meters = new AverageMeters();
    each(
        network,
        data,
        threads,
        (outputs, batch) -> {
          var own = Outputs.ofNetworks(Map.of(name, outputs.networks().firstEntry().getValue()));
          meters.add(Metrics.values(metrics, TorchMetricInput.of(own, batch)), batch.size());
        });
    return meters.averages();
  }

  private static void each(
      TorchNetwork network, Recipe.Data data, int threads, BiConsumer<Outputs, Batch> use) {
    int n = data.files().size();
    var batches = new ArrayList<int[]>();
    for (int from = 0; from < n; from += data.batchSize()) {
      batches.add(IntStream.range(from, Math.min(n, from + data.batchSize())).toArray());
    }
    var engine = Engine.of(threads);
    try (var loader =
        new Loader(
            data.files(),
            data.labels(),
            data.preprocessing().withoutRandom(),
            data.decoder(),
            threads,
            0)) {
      Iterator<Batch> all = loader.epoch(0, batches);
      while (all.hasNext()) {
        try (Batch batch = all.next();
            var _ = new TensorScope()) {
          Tensor x = engine.tensor(batch.get(Batch.IMAGE)); // [N, C, H, W]
          use.accept(
              Outputs.of(Torch.noGrad(() -> network.run(Map.of(Batch.IMAGE, x), false))), batch);
        }
      }
    }
  }
}
