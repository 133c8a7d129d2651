package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.models.Models;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Shared;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.config.Config;
import ai.fovea.train.loss.CombinedLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whole trainings of the reference, step by step: losses, learning rates, parameters after some steps, outputs at the end.
@Tag("native")
class TrajectoryTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  List<DynamicTest> trainingsGoAsTheReferenceWent() {
    return Stream.of("e2e_cls.json", "e2e_metric.json")
        .flatMap(f ->
            JSON.readTree(Shared.path("golden/train/" + f).toFile()).path("cases").valueStream())
        .map(c -> DynamicTest.dynamicTest(c.path("name").asString(), () -> check(c)))
        .toList();
  }

  private static void check(JsonNode c) {
    JsonNode config = c.path("config");
    int[] input = JSON.convertValue(config.path("input"), int[].class);
    Map<String, Object> arch = arch(config.path("Arch"));
    Graph graph = Models.build(arch, new Op.Size(input[2], input[3]), true);
    if (config.path("note").asString("").contains("dropout")) {
      graph = graph.map(op -> op instanceof Op.Dropout ? new Op.Dropout(0, false) : op);
    }
    Map<String, Object> root =
        Map.of("Optimizer", plain(config.path("Optimizer")), "Loss", plain(config.path("Loss")));
    CombinedLoss loss = CombinedLoss.of((List<?>) plain(config.path("Loss")));
    int every = config.path("update_freq").asInt(1);
    String prefix = config.path("prefix").asString();
    int batches = config.path("num_batches").asInt();
    boolean deep = c.path("name").asString().contains("shitu");
    Torch.threads(1);
    try (var parameters =
            TorchParameters.of(graph, values(graph, prefix, config.path("gain").asDouble()));
        var optimizers =
            Optimizers.of(
                Config.of(root),
                parameters,
                "RecModel",
                config.path("epochs").asInt(),
                config.path("step_each_epoch").asInt());
        var average = new MovingAverage(parameters, config.path("ema").asDouble(0.5))) {
      var network = new TorchNetwork(graph, parameters);
      int step = 0;
      JsonNode iterations = c.path("iterations");
      for (int i = 0; i < iterations.size(); i++) {
        JsonNode expected = iterations.get(i);
        long[] labels = JSON.convertValue(config.path("labels").get(i % batches), long[].class);
        try (var _ = new TensorScope()) {
          Tensor label = Tensor.of(labels, labels.length, 1);
          Map<String, Tensor> in = new LinkedHashMap<>();
          in.put("image", Tensor.of(batch(prefix, i % batches, labels, input), input));
          if (graph.inputs().containsKey("label")) {
            in.put("label", label);
          }
          Map<String, Tensor> losses = loss.values(network.run(in, true), label);
          double reference = expected.path("loss").asDouble();
          double noise =
              Math.abs(c.path("sensitivity").path("loss").path(i).asDouble(reference) - reference);
          // The deep network at random weights amplifies rounding: the goldens ask for a close look
          // at two steps only.
          double tolerance = deep && i >= 2 ? 0.05 * reference : 2e-4 * reference + 10 * noise;
          for (var e : losses.entrySet()) {
            if (expected.has(e.getKey())) {
              assertThat(e.getValue().item())
                  .as("%s of iteration %d", e.getKey(), i)
                  .isCloseTo(expected.path(e.getKey()).asDouble(), within(tolerance));
            }
          }
          assertThat(optimizers.all().get(0).schedule().at(step))
              .as("learning rate of iteration %d", i)
              .isCloseTo(expected.path("lr").asDouble(), within(1e-9));
          losses.get("loss").mul(1.0 / every).backward();
        }
        if ((i + 1) % every == 0) {
          optimizers.step(step++);
          parameters.clearGrads();
          average.update();
        }
        JsonNode snapshot = c.path("snapshots").path(Integer.toString(i + 1));
        if (snapshot.isObject() && !deep) {
          compare(snapshot, parameters.toArrays(), i + 1);
        }
        JsonNode averaged = c.path("snapshots").path("ema_" + (i + 1));
        if (averaged.isObject()) {
          compare(averaged, average.toArrays(), i + 1);
        }
      }
    }
  }

  private static void compare(JsonNode snapshot, Map<String, NDArray> values, int after) {
    for (var e : snapshot.properties()) {
      NDArray value = values.get(e.getKey());
      assertThat(value).as(e.getKey()).isNotNull();
      double l2 = e.getValue().path(0).asDouble();
      assertThat(Golden.l2(value.floats()))
          .as("l2 of %s after %d", e.getKey(), after)
          .isCloseTo(l2, within(1e-4 * l2 + 1e-6));
      assertThat(Golden.probe(value.floats()))
          .as("probe of %s after %d", e.getKey(), after)
          .isCloseTo(e.getValue().path(1).asDouble(), within(2e-4 * l2 + 1e-6));
    }
  }

  private static Map<String, NDArray> values(Graph graph, String prefix, double gain) {
    var out = new LinkedHashMap<String, NDArray>();
    for (Param p : graph.params()) {
      int[] dims = p.shape().dims();
      out.put(
          p.name(),
          NDArray.of(Golden.parameter(p.name(), prefix + "/" + p.name(), dims, gain), dims));
    }
    return out;
  }

  /// `0.25 g(batch) + up(0.5 g(coarse) + g(class)[label])`, each coarse cell a block of the picture.
  private static float[] batch(String prefix, int b, long[] labels, int[] input) {
    int n = input[0];
    int h = input[2];
    int w = input[3];
    long fine = Golden.seed(prefix + "/batch" + b);
    long coarse = Golden.seed(prefix + "/coarse" + b);
    long classes = Golden.seed(prefix + "/class");
    float[] out = new float[n * 3 * h * w];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int ch = 0; ch < 3; ch++) {
        for (int y = 0; y < h; y++) {
          for (int x = 0; x < w; x++, at++) {
            long cell = (y * 4L / h) * 4 + x * 4L / w;
            double block =
                0.5 * g(coarse, (i * 3L + ch) * 16 + cell)
                    + g(classes, (labels[i] * 3 + ch) * 16 + cell);
            out[at] = (float) (0.25 * g(fine, at) + block);
          }
        }
      }
    }
    return out;
  }

  private static double g(long seed, long i) {
    return 2 * Golden.u(seed, i) - 1;
  }

  @SuppressWarnings("unchecked") // an Arch section is a mapping
  private static Map<String, Object> arch(JsonNode node) {
    var out = new LinkedHashMap<>((Map<String, Object>) plain(node));
    if (out.get("Backbone") instanceof Map<?, ?> b) {
      var inner = new LinkedHashMap<Object, Object>(b);
      inner.remove("pretrained");
      out.put("Backbone", inner);
    }
    return out;
  }

  private static Object plain(JsonNode node) {
    return JSON.convertValue(node, Object.class);
  }
}
