package ai.fovea.train;

import ai.fovea.data.Batch;
import ai.fovea.data.Loader;
import ai.fovea.graph.Shape;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Runs a network over a list of pictures.
final class Evaluation {
  private Evaluation() {}

  /// One output for every picture of a list, in order, `[N][D]`.
  ///
  /// @param done told how many pictures are done
  static float[][] outputs(
      TorchNetwork network, String output, Recipe.Data data, int threads, IntConsumer done) {
    int n = data.files().size();
    float[][] rows = new float[n][];
    var batches = new ArrayList<int[]>();
    for (int from = 0; from < n; from += data.batchSize()) {
      batches.add(
          java.util.stream.IntStream.range(from, Math.min(n, from + data.batchSize())).toArray());
    }
    try (var loader =
        new Loader(
            data.files(),
            data.labels(),
            data.preprocessing().withoutRandom(),
            data.decoder(),
            threads,
            0)) {
      Iterator<Batch> all = loader.epoch(0, batches);
      int at = 0;
      while (all.hasNext()) {
        try (Batch batch = all.next();
            var _ = new TensorScope()) {
          Tensor x = Tensor.view(batch.pixels(), batch.shape());
          Tensor y = Torch.noGrad(() -> network.run(Map.of("image", x), false)).get(output);
          if (y == null) {
            throw new IllegalArgumentException(
                "the network has no output '"
                    + output
                    + "'; it has "
                    + network.graph().outputs().keySet());
          }
          float[] values = y.toFloats();
          Shape shape = y.shape();
          int length = shape.size() / shape.size(0);
          for (int i = 0; i < batch.size(); i++) {
            rows[at++] = java.util.Arrays.copyOfRange(values, i * length, (i + 1) * length);
          }
          done.accept(at);
        }
      }
    }
    return rows;
  }

  /// Unit length, for cosine.
  static void normalize(List<float[]> rows) {
    for (float[] row : rows) {
      double sum = 0;
      for (float v : row) {
        sum += (double) v * v;
      }
      float scale = (float) (1 / Math.max(Math.sqrt(sum), 1e-12));
      for (int i = 0; i < row.length; i++) {
        row[i] *= scale;
      }
    }
  }
}
