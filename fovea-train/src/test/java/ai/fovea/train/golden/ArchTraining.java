package ai.fovea.train.golden;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.models.Models;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Tensors;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Records of one training step: loss, output, gradients, statistics of batch norms.
final class ArchTraining {
  private ArchTraining() {}

  static void run(JsonNode golden, String where, Consumer<CaseResult> sink) {
    String name = golden.get("name").asString();
    Optional<String> missing = ArchNetworks.missing(name, golden.get("args"));
    if (missing.isPresent()) {
      sink.accept(CaseResult.skipped(name + "/train", missing.get(), where));
      return;
    }
    JsonNode shape = golden.get("input_shape");
    Graph graph =
        withoutDropout(
            Models.build(
                AsYaml.config(ArchNetworks.description(name, golden.get("args"))),
                new Size(shape.get(2).asInt(), shape.get(3).asInt()),
                false));
    Map<String, NDArray> values = ArchNetworks.values(graph, golden.get("gain").asDouble());
    NDArray image = ArchNetworks.input(golden.path("input").asString("input_train"), shape);
    try {
      Gradients gradients =
          step(
              golden,
              graph,
              values,
              image,
              step -> {
                loss(golden, step.loss, name, where, sink);
                output(golden, step.logits, name, where, sink);
                statistics(golden, step.parameters, name, where, sink);
                return Gradients.of(golden, step.parameters);
              });
      for (int i = 0; i < NEIGHBOURS && gradients.kinked(); i++) {
        NDArray near = disturbed(image, i);
        gradients =
            step(golden, graph, values, near, step -> Gradients.of(golden, step.parameters));
      }
      sink.accept(gradients.result(name + "/gradients", where));
    } catch (RuntimeException e) {
      sink.accept(
          CaseResult.failed(name + "/train", "a step", String.valueOf(e.getMessage()), where));
    }
  }

  /// How many images within rounding of the record's are tried. Rounding puts a value that lies at a kink (of a ReLU,
  /// say) on this or that side of it: of PPHGNetV2_B0, 43 gradients differ on one side, and 5 on the reference's.
  private static final int NEIGHBOURS = 8;

  /// The image with the last bit of some values changed.
  private static NDArray disturbed(NDArray image, long seed) {
    var random = new Random(seed);
    float[] values = image.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) (1 + 1e-7 * (2 * random.nextDouble() - 1));
    }
    return NDArray.of(values, image.shape().sizes());
  }

  private record Step(double loss, NDArray logits, TorchParameters parameters) {}

  /// Runs a step; `result` sees its parameters while they are there.
  private static <T> T step(
      JsonNode golden,
      Graph graph,
      Map<String, NDArray> values,
      NDArray image,
      Function<Step, T> result) {
    try (var _ = new TensorScope();
        var parameters = TorchParameters.of(graph, values)) {
      Tensor logits =
          new TorchNetwork(graph, parameters)
              .run(Map.of("image", Tensor.of(image)), true)
              .values()
              .iterator()
              .next();
      int n = logits.size(0);
      Tensor loss = logits.crossEntropy(ArchGears.labels(golden.get("label")).reshape(n), 0);
      loss.backward();
      return result.apply(new Step(loss.item(), logits.detach().toArray(), parameters));
    }
  }

  /// The goldens were made with every dropout and drop path switched off.
  private static Graph withoutDropout(Graph graph) {
    return graph.map(op ->
        switch (op) {
          case TrainingOnly.Dropout d -> new TrainingOnly.Dropout(0, d.downgradeInInfer());
          case TrainingOnly.DropPath _ -> new TrainingOnly.DropPath(0);
          default -> op;
        });
  }

  private static void loss(
      JsonNode golden, double got, String name, String where, Consumer<CaseResult> sink) {
    double expected = golden.get("loss").asDouble();
    double noise = Math.abs(golden.path("loss_noise").asDouble(0));
    String title = name + "/loss";
    sink.accept(
        Math.abs(expected - got) <= 1e-5 * expected + 10 * noise
            ? CaseResult.passed(title, where)
            : CaseResult.failed(title, "" + expected, "" + got, where));
  }

  /// How much noise of the size of rounding errors moves the step's results: the largest change of a gradient that
  /// is a gradient and not rounding noise itself.
  private static double noise(JsonNode golden) {
    double largest = 0;
    for (JsonNode row : golden.get("grads")) {
      double rel = row.get(3).asDouble(0);
      largest = rel < NOISE ? Math.max(largest, rel) : largest;
    }
    return largest;
  }

  /// Gradients that this little disturbance changes by more are rounding noise.
  private static final double NOISE = 0.1;

  private static void output(
      JsonNode golden, NDArray got, String name, String where, Consumer<CaseResult> sink) {
    if (!golden.hasNonNull("output")) {
      return;
    }
    String title = name + "/training output";
    double tolerance = 1e-4 + 0.1 * noise(golden);
    sink.accept(
        Tensors.compare(golden.get("output"), got, tolerance)
            .map(w ->
                CaseResult.failed(
                    title, w.what() + " " + w.expected(), w.what() + " " + w.got(), where))
            .orElseGet(() -> CaseResult.passed(title, where)));
  }

  /// Gradients beside the reference's. Each must be as near as its own sensitivity allows, but where rounding puts one
  /// value on the other side of a kink, all gradients before it move as far as any of the record: up to a quarter may.
  ///
  /// @param moved those that differ by more than their own sensitivity, but by no more than that of others
  /// @param wrong those that differ by more
  private record Gradients(int compared, List<String> moved, List<String> wrong) {

    static Gradients of(JsonNode golden, TorchParameters parameters) {
      double loose = 2e-4 + 5 * noise(golden);
      var moved = new ArrayList<String>();
      var wrong = new ArrayList<String>();
      int compared = 0;
      for (JsonNode row : golden.get("grads")) {
        String of = row.get(0).asString();
        boolean known = parameters.names().contains(of);
        if (row.get(1).isNull() || row.get(3).asDouble(0) >= NOISE || !known) {
          continue;
        }
        compared++;
        Optional<Tensor> grad = parameters.get(of).grad();
        if (grad.isEmpty()) {
          wrong.add(of + ": no gradient");
          continue;
        }
        float[] values = grad.get().toFloats();
        double l2 = row.get(1).asDouble();
        double probe = row.get(2).asDouble();
        double off =
            Math.max(Math.abs(Golden.l2(values) - l2), Math.abs(Golden.probe(values) - probe));
        String text =
            String.format(
                java.util.Locale.ROOT,
                "%s: expected norm %.6g and probe %.6g, got %.6g and %.6g",
                of,
                l2,
                probe,
                Golden.l2(values),
                Golden.probe(values));
        if (!(off <= loose * l2 + 1e-9)) {
          wrong.add(text);
        } else if (off > (2e-4 + 3 * row.get(3).asDouble(0)) * l2 + 1e-9) {
          moved.add(text);
        }
      }
      return new Gradients(compared, moved, wrong);
    }

    /// Whether the step may have been on the other side of a kink than the reference's.
    boolean kinked() {
      return wrong.isEmpty() && moved.size() * 4 > compared;
    }

    CaseResult result(String title, String where) {
      var all = new ArrayList<>(wrong);
      if (moved.size() * 4 > compared) {
        all.addAll(moved);
      }
      String expected = compared + " gradients of the reference";
      String some = String.join("; ", all.subList(0, Math.min(4, all.size())));
      return all.isEmpty() && compared > 0
          ? CaseResult.passed(title, where)
          : CaseResult.failed(title, expected, all.size() + " differ: " + some, where);
    }
  }

  private static void statistics(
      JsonNode golden,
      TorchParameters parameters,
      String name,
      String where,
      Consumer<CaseResult> sink) {
    double tolerance = 1e-4 + 0.1 * noise(golden);
    for (JsonNode layer : golden.path("bn_after_one_step")) {
      String at = layer.get("layer").asString();
      String title = name + "/statistics of " + at;
      Optional<String> wrong =
          statistic(layer, "mean", parameters.get(at + "._mean").toFloats(), tolerance)
              .or(() ->
                  statistic(layer, "var", parameters.get(at + "._variance").toFloats(), tolerance));
      sink.accept(
          wrong
              .map(w -> CaseResult.failed(title, "the reference's", w, where))
              .orElseGet(() -> CaseResult.passed(title, where)));
    }
  }

  private static Optional<String> statistic(
      JsonNode layer, String which, float[] got, double tolerance) {
    double l2 = layer.get(which + "_l2").asDouble();
    double probe = layer.get(which + "_probe").asDouble();
    double gotL2 = Golden.l2(got);
    double gotProbe = Golden.probe(got);
    return Math.abs(l2 - gotL2) <= tolerance * l2 && Math.abs(probe - gotProbe) <= tolerance * l2
        ? Optional.empty()
        : Optional.of(
            which
                + ": norm "
                + gotL2
                + " instead of "
                + l2
                + ", probe "
                + gotProbe
                + " instead of "
                + probe);
  }
}
