package ai.fovea.conformance;

import ai.fovea.config.Config;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.models.Models;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.Optimizers;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.TopkAcc;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// `e2e_cls.json`, `e2e_metric.json`: whole trainings of the reference, step by step. Outputs and gradients of the first
/// step, losses and learning rates of all, weights and their average after some, outputs before and after.
///
/// Over 400 lines: one run, whose parts share its network, tolerances and verdict.
public final class TrajectoryCases {
  private static final int SHAKES = 5;

  private TrajectoryCases() {}

  /// Whether a file holds such cases.
  public static boolean accepts(Path path, JsonNode file) {
    return Verdict.any(file, c -> c.has("iterations") && c.has("snapshots"));
  }

  /// Runs every case of `file`.
  public static List<CaseResult> run(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream().map(c -> run(c, file.toString())).toList();
  }

  private static CaseResult run(JsonNode c, String where) {
    String name = c.path("name").asString();
    JsonNode arch = c.path("config").path("Arch");
    Optional<String> missing = ArchNetworks.missing(arch.path("name").asString(), arch);
    return missing.isPresent()
        ? CaseResult.skipped(name, missing.get(), where)
        : Verdict.of(name, where, v -> new Run(c, v).run());
  }

  /// One training.
  private static final class Run {
    private final JsonNode c;
    private final JsonNode config;
    private final Verdict verdict;
    private final String prefix;
    private final int[] input;

    /// A deep network at random weights amplifies rounding: the file asks for a close look at its first two steps.
    private final boolean deep;

    Run(JsonNode c, Verdict verdict) {
      this.c = c;
      this.config = c.path("config");
      this.verdict = verdict;
      this.prefix = config.path("prefix").asString();
      this.input = Tensors.dims(config.path("input"));
      this.deep = config.path("Arch").toString().contains("ShiTu");
    }

    void run() {
      Torch.threads(1);
      Config arch = AsYaml.config(arch(config.path("Arch")));
      var size = new Op.Size(input[2], input[3]);
      Graph graph = plain(Models.build(arch, size, true));
      Graph serving = plain(Models.build(arch, size, false));
      List<?> section = (List<?>) GoldenFile.plain(config.path("Loss"));
      CombinedLoss loss = CombinedLoss.of(AsYaml.config(Map.of("Loss", section)), "Loss");
      Config root = AsYaml.config(Map.of("Optimizer", GoldenFile.plain(config.path("Optimizer"))));
      firstGradients(graph, loss);
      Map<String, NDArray> start = values(graph);
      var snapshots = List.of(train(graph, serving, loss, root, start, true));
      if (!deep) {
        List<Map<String, Map<String, NDArray>>> all =
            Stream.concat(
                    snapshots.stream(),
                    IntStream.rangeClosed(1, SHAKES)
                        .mapToObj(i -> train(graph, serving, loss, root, shaken(start, i), false)))
                .toList();
        c.path("snapshots").propertyNames().forEach(key -> snapshot(key, all));
      }
    }

    /// The reference's runs have every dropout switched off.
    private static Graph plain(Graph graph) {
      return graph.map(
          op -> op instanceof TrainingOnly.Dropout ? new TrainingOnly.Dropout(0, false) : op);
    }

    /// Trains from `start`, and returns the snapshots that the file has.
    ///
    /// @param told whether what it yields on the way is compared
    private Map<String, Map<String, NDArray>> train(
        Graph graph,
        Graph serving,
        CombinedLoss loss,
        Config root,
        Map<String, NDArray> start,
        boolean told) {
      try (var parameters = TorchParameters.of(graph, start);
          var optimizers =
              Optimizers.of(
                  root,
                  parameters,
                  "RecModel",
                  config.path("epochs").asInt(),
                  config.path("step_each_epoch").asInt());
          var average = new MovingAverage(parameters, config.path("ema").asDouble(0.5))) {
        var evaluated = new TorchNetwork(serving, parameters);
        if (told) {
          eval("initial_eval", evaluated, 0);
        }
        var snapshots = train(new TorchNetwork(graph, parameters), optimizers, average, loss, told);
        if (told) {
          eval("final_eval", evaluated, c.path("iterations").size());
        }
        return snapshots;
      }
    }

    private Map<String, Map<String, NDArray>> train(
        TorchNetwork network,
        Optimizers optimizers,
        MovingAverage average,
        CombinedLoss loss,
        boolean told) {
      int every = config.path("update_freq").asInt(1);
      int batches = config.path("num_batches").asInt();
      TorchParameters parameters = network.parameters();
      var snapshots = new LinkedHashMap<String, Map<String, NDArray>>();
      int step = 0;
      for (int i = 0; i < c.path("iterations").size(); i++) {
        long[] labels = CaseFile.longs(config.path("labels").get(i % batches));
        try (var _ = new TensorScope()) {
          Tensor label = Tensor.of(labels, labels.length, 1);
          Map<String, Tensor> out = network.run(inputs(network.graph(), i % batches, labels), true);
          Map<String, Tensor> losses = loss.values(out, label);
          if (told) {
            iteration(i, optimizers, step, out, losses, labels);
          }
          Objects.requireNonNull(losses.get("loss")).mul(1.0 / every).backward();
          if (told && i == 0) {
            first(out);
          }
        }
        if ((i + 1) % every == 0) {
          optimizers.step(step++, i / config.path("step_each_epoch").asInt(1));
          parameters.clearGrads();
          average.update();
        }
        String key = "" + (i + 1);
        if (c.path("snapshots").has(key)) {
          snapshots.put(key, parameters.toArrays());
        }
        if (c.path("snapshots").has("ema_" + key)) {
          snapshots.put("ema_" + key, average.toArrays());
        }
      }
      return snapshots;
    }

    /// How far a loss may be off: as far as another rounding of the start weights moved the reference itself, several times. That
    /// is little, but for the deep network at random weights, where it comes to 14 % by iteration 6.
    private double room(int i, double reference) {
      double total = c.path("iterations").path(i).path("loss").asDouble(reference);
      double moved = c.path("sensitivity").path("loss").path(i).asDouble(total);
      double noise = Math.abs(moved - total);
      return deep && i >= 2
          ? 0.05 * Math.abs(reference) + 3 * noise
          : 2e-4 * Math.abs(reference) + 10 * noise;
    }

    private void iteration(
        int i,
        Optimizers optimizers,
        int step,
        Map<String, Tensor> out,
        Map<String, Tensor> losses,
        long[] labels) {
      JsonNode expected = c.path("iterations").get(i);
      double room = room(i, expected.path("loss").asDouble());
      losses.forEach((name, value) -> {
        if (expected.has(name)) {
          verdict.near(
              name + " of iteration " + i, expected.path(name).asDouble(), value.item(), room);
        }
      });
      double rate = optimizers.all().get(0).schedule().at(step);
      verdict.near("learning rate of iteration " + i, expected.path("lr").asDouble(), rate, 1e-9);
      Tensor logits = out.get("logits");
      if (expected.has("top1") && logits != null) {
        var got = new TopkAcc(List.of(1)).of(rows(logits), labels);
        // Where two logits are nearly equal, rounding decides.
        double slack = 1.0 / labels.length + 1e-6;
        verdict.near(
            "top1 of iteration " + i,
            expected.path("top1").asDouble(),
            got.getOrDefault("top1", -1.0),
            slack);
      }
    }

    private static float[][] rows(Tensor logits) {
      float[] all = logits.detach().toFloats();
      float[][] rows = new float[logits.size(0)][];
      int length = all.length / rows.length;
      for (int r = 0; r < rows.length; r++) {
        rows[r] = java.util.Arrays.copyOfRange(all, r * length, (r + 1) * length);
      }
      return rows;
    }

    private void first(Map<String, Tensor> out) {
      double tolerance = deep ? 2e-3 : 2e-4;
      Tensor logits = out.get("logits");
      if (c.has("first_logits") && logits != null) {
        verdict.check(
            "first logits",
            Spec.difference(c.path("first_logits"), logits.detach().toArray(), tolerance, 1));
      }
      for (var e : c.path("first_outputs").properties()) {
        Tensor got = out.get(e.getKey());
        verdict.that(got != null, "first output " + e.getKey(), "one", "none");
        if (got != null) {
          verdict.check(
              "first output " + e.getKey(),
              Spec.difference(e.getValue(), got.detach().toArray(), tolerance, 1));
        }
      }
    }

    /// The first gradients, as closely as they are determined: how far weights changed by a rounding error move them is
    /// found by doing so a few times. Where a value lies at a kink (of a ReLU, say), rounding decides on which side of it the
    /// reference was: it may agree with any of these times.
    private void firstGradients(Graph graph, CombinedLoss loss) {
      Map<String, NDArray> start = values(graph);
      List<Map<String, float[]>> all =
          IntStream.rangeClosed(0, SHAKES)
              .mapToObj(i -> gradients(graph, loss, i == 0 ? start : shaken(start, i)))
              .toList();
      for (var e : c.path("first_grads").properties()) {
        String what = "first gradient of " + e.getKey();
        List<float[]> got =
            all.stream().flatMap(g -> Stream.ofNullable(g.get(e.getKey()))).toList();
        if (got.isEmpty()) {
          verdict.that(e.getValue().isNull(), what, "one", "none");
          continue;
        }
        double tolerance = (deep ? 0.05 : 1e-3) + 3 * apart(got);
        double l2 = e.getValue().path(0).asDouble();
        double probe = e.getValue().path(1).asDouble();
        List<Optional<Tensors.Difference>> differences =
            got.stream().map(g -> Spec.norms(l2, probe, g, tolerance)).toList();
        if (differences.stream().noneMatch(Optional::isEmpty)) {
          verdict.check(what, differences.get(0));
        }
      }
    }

    /// How far all but the first are from the first: the median, as no rare step over a kink may loosen what all are held to.
    private static double apart(List<float[]> all) {
      NDArray first = NDArray.of(all.get(0), all.get(0).length);
      double[] apart =
          all.stream()
              .skip(1)
              .mapToDouble(other -> Tensors.apart(first, NDArray.of(other, other.length)))
              .sorted()
              .toArray();
      return apart[apart.length / 2];
    }

    /// Weights changed by a rounding error each.
    private static Map<String, NDArray> shaken(Map<String, NDArray> start, int draw) {
      var shaken = new LinkedHashMap<String, NDArray>();
      start.forEach((name, array) -> {
        float[] values = array.floats().clone();
        long seed = Golden.seed("shake" + draw + "/" + name);
        for (int i = 0; i < values.length; i++) {
          values[i] *= (float) (1 + 1e-6 * g(seed, i));
        }
        shaken.put(name, NDArray.of(values, array.shape().sizes()));
      });
      return shaken;
    }

    /// Gradients of the first batch's loss, by parameter.
    private Map<String, float[]> gradients(
        Graph graph, CombinedLoss loss, Map<String, NDArray> start) {
      long[] labels = CaseFile.longs(config.path("labels").get(0));
      int every = config.path("update_freq").asInt(1);
      var out = new LinkedHashMap<String, float[]>();
      try (var _ = new TensorScope();
          var parameters = TorchParameters.of(graph, start)) {
        Map<String, Tensor> losses =
            loss.values(
                new TorchNetwork(graph, parameters).run(inputs(graph, 0, labels), true),
                Tensor.of(labels, labels.length, 1));
        Objects.requireNonNull(losses.get("loss")).mul(1.0 / every).backward();
        for (String name : parameters.names()) {
          parameters.get(name).grad().ifPresent(g -> out.put(name, g.toFloats()));
        }
      }
      return out;
    }

    private Map<String, Tensor> inputs(Graph graph, int b, long[] labels) {
      var in = new LinkedHashMap<String, Tensor>();
      in.put("image", Tensor.of(batch(b, labels), input));
      if (graph.inputs().containsKey("label")) {
        in.put("label", Tensor.of(labels, labels.length, 1));
      }
      return in;
    }

    /// The weights after some steps, as closely as they are determined: processors round differently, and thirty steps enlarge that.
    ///
    /// @param all the snapshots of a training, and of others whose start was changed by a rounding error
    private void snapshot(String key, List<Map<String, Map<String, NDArray>>> all) {
      for (var e : c.path("snapshots").path(key).properties()) {
        String what = e.getKey() + " in snapshot " + key;
        List<float[]> got =
            all.stream()
                .flatMap(snapshots -> Stream.ofNullable(snapshots.get(key)))
                .flatMap(values -> Stream.ofNullable(values.get(e.getKey())))
                .map(NDArray::floats)
                .toList();
        verdict.that(!got.isEmpty(), what, "a tensor", "none");
        if (!got.isEmpty()) {
          double l2 = e.getValue().path(0).asDouble();
          double probe = e.getValue().path(1).asDouble();
          verdict.check(what, Spec.norms(l2, probe, got.get(0), 1e-4 + 3 * apart(got)));
        }
      }
    }

    private void eval(String key, TorchNetwork network, double after) {
      JsonNode expected = c.path(key);
      if (expected.isMissingNode()) {
        return;
      }
      long[] labels = CaseFile.longs(config.path("labels").get(0));
      double tolerance = after == 0 ? 1e-4 : deep ? 0.3 : 5e-3;
      Torch.noGrad(() -> {
        try (var _ = new TensorScope()) {
          var out = network.run(Map.of("image", Tensor.of(batch(0, labels), input)), false);
          if (expected.has("shape")) {
            Tensor logits = out.getOrDefault("logits", out.values().iterator().next());
            verdict.check(key, Spec.difference(expected, logits.toArray(), tolerance, 1));
            return;
          }
          for (var e : expected.properties()) {
            Tensor got = out.get(e.getKey());
            verdict.that(got != null, key + " " + e.getKey(), "an output", "none");
            if (got != null) {
              verdict.check(
                  key + " " + e.getKey(),
                  Spec.difference(e.getValue(), got.toArray(), tolerance, 1));
            }
          }
        }
      });
    }

    private Map<String, NDArray> values(Graph graph) {
      double gain = config.path("gain").asDouble();
      var out = new LinkedHashMap<String, NDArray>();
      for (Param p : graph.params()) {
        int[] dims = p.shape().sizes();
        float[] values = Golden.parameter(p.name(), prefix + "/" + p.name(), dims, gain);
        out.put(p.name(), NDArray.of(values, dims));
      }
      return out;
    }

    /// `0.25 g(batch) + up(0.5 g(coarse) + g(class)[label])`, each coarse cell a block of the picture.
    private float[] batch(int b, long[] labels) {
      int h = input[2];
      int w = input[3];
      long fine = Golden.seed(prefix + "/batch" + b);
      long coarse = Golden.seed(prefix + "/coarse" + b);
      long classes = Golden.seed(prefix + "/class");
      float[] out = new float[input[0] * 3 * h * w];
      int at = 0;
      for (int i = 0; i < input[0]; i++) {
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

    /// The section without the weights to start from.
    private static Map<String, Object> arch(JsonNode node) {
      var out = new LinkedHashMap<String, Object>();
      if (GoldenFile.plain(node) instanceof Map<?, ?> map) {
        map.forEach((k, v) -> {
          if (v instanceof Map<?, ?> inner) {
            var copy = new LinkedHashMap<Object, Object>(inner);
            copy.remove("pretrained");
            out.put(k.toString(), copy);
          } else {
            out.put(k.toString(), v);
          }
        });
      }
      return out;
    }
  }
}
