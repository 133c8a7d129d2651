package ai.fovea.bench;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Op;
import ai.fovea.models.Models;
import ai.fovea.torch.GradientPipeline;
import ai.fovea.torch.Optimizer;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// A training step: forward, cross entropy, backward, momentum SGD with L2, on one batch in memory.
final class TrainBench {
  static final String USAGE =
      "train [--net MobileNetV1] [--batch 32] [--size 224] [--threads 2] [--rounds R]";
  private static final double WARM_UP = 5;

  private TrainBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "net", "batch", "size", "threads", "rounds");
    String net = arguments.options().getOrDefault("net", "MobileNetV1");
    int batch = arguments.integer("batch", 32);
    int size = arguments.integer("size", 224);
    int threads = arguments.integer("threads", 2);
    Torch.threads(threads);
    Torch.keepFreedMemory();
    var random = new SplittableRandom(1);
    Graph graph = Models.build(Map.of("name", net), new Op.Size(size, size));
    try (var _ = new TensorScope();
        var parameters = TorchParameters.initialize(graph, random);
        var optimizer =
            Optimizer.of(
                parameters,
                parameters.names(),
                List.of(),
                GradientPipeline.EMPTY,
                new Optimizer.Regularizer(3e-5, 0),
                new Optimizer.Rule.Momentum(0.9, false))) {
      var network = new TorchNetwork(graph, parameters);
      float[] values = new float[batch * 3 * size * size];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      Tensor x = Tensor.of(values, batch, 3, size, size);
      Tensor y = Tensor.of(LongStream.range(0, batch).map(i -> i % 1000).toArray(), batch);
      double seconds =
          Result.seconds(
              arguments.integer("rounds", 5),
              WARM_UP,
              System::nanoTime,
              () -> step(network, optimizer, x, y));
      sink.accept(
          new Result(
              "train " + net + " " + size,
              "throughput",
              batch / seconds,
              "images/s",
              threads,
              Map.of("batch", batch)));
    }
  }

  private static void step(TorchNetwork network, Optimizer optimizer, Tensor x, Tensor y) {
    try (var _ = new TensorScope()) {
      Tensor logits = Objects.requireNonNull(network.run(Map.of("image", x), true).get("logits"));
      Tensor loss = logits.crossEntropy(y, 0);
      loss.backward();
      optimizer.step(0.1);
      network.parameters().clearGrads();
      if (!Double.isFinite(loss.item())) {
        throw new ArithmeticException("the loss is no number");
      }
    }
  }
}
