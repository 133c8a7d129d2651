package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.models.Models;
import ai.fovea.onnx.ExecutionOptions;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxSession;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.torch.GradientPipeline;
import ai.fovea.torch.Optimizer;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Long runs of training and of prediction do not grow: resident memory after the first half and at the end.
@Tag("native")
class SoakTest {
  private static final int BATCH = 8;
  private static final int SIDE = 64;

  /// Growth that counts as none, as a share of the memory after the first half. (On a busy machine the compiler's own memory still grew by 1.6 % after
  /// the first tenth, and by 0.2 % after the first half.)
  private static final double ALLOWED = 0.005;

  @Test
  @Tag("slow")
  void twoThousandTrainingStepsAndTwentyThousandPredictions() throws IOException {
    soak(2_000, 20_000, ALLOWED);
  }

  /// A leak of one activation a step would show here as well; page-sized accidents would not.
  @Test
  void aFewStepsAndPredictions() throws IOException {
    soak(60, 300, 0.08);
  }

  private static void soak(int steps, int predictions, double allowed) throws IOException {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/status")), "resident memory is read from /proc");
    Torch.threads(1);
    Torch.keepFreedMemory();
    Graph graph = Models.build(Map.of("name", "PPLCNet_x0_25"), new Op.Size(SIDE, SIDE));
    try (var parameters = TorchParameters.initialize(graph, new SplittableRandom(1))) {
      check(steps + " training steps", train(graph, parameters, steps), allowed);
      OnnxNetwork file = OnnxWriter.write(graph.only("logits"), parameters.toArrays(), Map.of());
      check(predictions + " predictions", predict(file, predictions), allowed);
    }
  }

  private static List<Long> train(Graph graph, TorchParameters parameters, int steps)
      throws IOException {
    var network = new TorchNetwork(graph, parameters);
    var random = new SplittableRandom(2);
    float[] pixels = new float[BATCH * 3 * SIDE * SIDE];
    long[] labels = new long[BATCH];
    var memory = new ArrayList<Long>();
    try (var optimizer =
        Optimizer.of(
            parameters,
            parameters.names(),
            List.of(),
            GradientPipeline.EMPTY,
            new Optimizer.Regularizer(1e-4, 0),
            new Optimizer.Rule.Momentum(0.9, false))) {
      for (int step = 0; step < steps; step++) {
        fill(pixels, random);
        for (int i = 0; i < BATCH; i++) {
          labels[i] = random.nextInt(1000);
        }
        try (var _ = new TensorScope()) {
          Tensor x = Tensor.of(pixels, BATCH, 3, SIDE, SIDE);
          Tensor logits = network.run(Map.of("image", x), true).get("logits");
          logits.crossEntropy(Tensor.of(labels, BATCH), 0.1).backward();
        }
        optimizer.step(0.01);
        parameters.clearGrads();
        note(memory, step, steps);
      }
    }
    return memory;
  }

  private static List<Long> predict(OnnxNetwork file, int predictions) throws IOException {
    var random = new SplittableRandom(3);
    float[] pixels = new float[3 * SIDE * SIDE];
    var memory = new ArrayList<Long>();
    try (OnnxSession model = OnnxSession.of("soak", file, ExecutionOptions.ofThreads(1))) {
      String input = model.inputs().keySet().iterator().next();
      for (int i = 0; i < predictions; i++) {
        fill(pixels, random);
        NDArray image = NDArray.of(pixels, 1, 3, SIDE, SIDE);
        NDArray all = model.run(Map.of(input, image)).get("logits");
        float[] logits = Objects.requireNonNull(all).floats();
        assertThat(logits).hasSize(1000);
        note(memory, i, predictions);
      }
    }
    return memory;
  }

  private static void fill(float[] values, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
  }

  /// The memory after each tenth, without what the collector would give back.
  private static void note(List<Long> memory, int done, int of) throws IOException {
    if ((done + 1) % (of / 10) == 0) {
      System.gc();
      memory.add(resident());
    }
  }

  /// Resident memory in kilobytes.
  private static long resident() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(l -> l.startsWith("VmRSS:"))
          .map(l -> l.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow();
    }
  }

  private static void check(String what, List<Long> memory, double allowed) {
    System.out.println(what + ": resident kilobytes after each tenth " + memory);
    double growth = (double) memory.getLast() / memory.get(memory.size() / 2 - 1) - 1;
    assertThat(growth).as("growth of resident memory in %s, %s", what, memory).isLessThan(allowed);
  }
}
