package ai.fovea.train.golden;

import ai.fovea.config.Config;
import ai.fovea.data.Batch;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.models.Models;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Spec;
import ai.fovea.testkit.Tensors;
import ai.fovea.testkit.Verdict;
import ai.fovea.torch.Engine;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.Callback;
import ai.fovea.train.Optimizers;
import ai.fovea.train.ServedWeights;
import ai.fovea.train.TrainNetworks;
import ai.fovea.train.TrainState;
import ai.fovea.train.TrainStep;
import ai.fovea.train.TrainingLoop;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossContext;
import ai.fovea.train.loss.LossInput;
import ai.fovea.train.metric.TopkAcc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// `e2e_cls.json`, `e2e_metric.json`: whole trainings of the reference, step by step. Outputs and gradients of the first
/// step, losses and learning rates of all, weights and their average after some, outputs before and after.
///
/// Over 400 lines: one run, whose parts share its network, tolerances and verdict.
public final class TrajectoryCases implements GoldenFormat {
  private static final int SHAKES = 5;

  @Override
  public String name() {
    return "trajectories";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.any(content, c -> c.has("iterations") && c.has("snapshots"));
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
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
      CombinedLoss loss =
          CombinedLoss.of(AsYaml.config(Map.of("Loss", section)), "Loss", LossContext.PLAIN);
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
      int epochs = config.path("epochs").asInt();
      int updates = config.path("step_each_epoch").asInt();
      int every = config.path("update_freq").asInt(1);
      var networks =
          TrainNetworks.create(
              List.of(new TrainNetworks.Trained("", graph, false)),
              "",
              serving,
              loss.parameters(),
              new SplittableRandom(0));
      networks.parameters().load(start);
      var average = new MovingAverage(networks.parameters(), config.path("ema").asDouble(0.5));
      var optimizers =
          Optimizers.of(root, networks.parameters(), loss, "RecModel", epochs, updates);
      try (var state =
          new TrainState(
              networks,
              loss,
              optimizers,
              Optional.of(new ServedWeights.Averaged(networks.parameters(), average)))) {
        if (told) {
          evaluated("initial_eval", networks, 0);
        }
        var comparison = new Comparison(average, told);
        new TrainingLoop(
                Engine.of(1),
                state,
                TrainingLoop.Parts.supervised(this::batches).with(comparison),
                new TrainingLoop.Settings(epochs, new Accumulation(every, updates * every), 0))
            .run();
        if (told) {
          evaluated("final_eval", networks, c.path("iterations").size());
        }
        verdict.that(
            comparison.iteration == c.path("iterations").size(),
            "iterations",
            "" + c.path("iterations").size(),
            "" + comparison.iteration);
        return comparison.snapshots;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void evaluated(String key, TrainNetworks networks, double after) {
      boolean done =
          networks.withServed(network -> {
            eval(key, network, after);
            return true;
          });
      verdict.that(done, key, "an evaluation", "none");
    }

    /// The batches of an epoch.
    ///
    /// @param epoch from 1
    private Iterator<Batch> batches(int epoch, int iterations) {
      int count = config.path("num_batches").asInt();
      return IntStream.range((epoch - 1) * iterations, epoch * iterations)
          .mapToObj(i -> {
            long[] labels = CaseFile.longs(config.path("labels").get(i % count));
            var tensors = new LinkedHashMap<String, NDArray>();
            tensors.put(Batch.IMAGE, NDArray.of(batch(i % count, labels), input));
            tensors.put(Batch.LABEL, NDArray.of(labels, labels.length, 1));
            return Batch.of(tensors);
          })
          .iterator();
    }

    /// Compares what a training yields on the way, and keeps its weights where the file has them.
    private final class Comparison implements Callback {
      private final MovingAverage average;
      private final boolean told;
      private final Map<String, Map<String, NDArray>> snapshots = new LinkedHashMap<>();
      private int iteration;

      Comparison(MovingAverage average, boolean told) {
        this.average = average;
        this.told = told;
      }

      @Override
      public void afterBackward(TrainingLoop loop, int i, TrainStep.Result result) {
        if (told) {
          compare(iteration, loop.state(), result);
          if (iteration == 0) {
            first(result.outputs().networks().firstEntry().getValue());
          }
        }
      }

      @Override
      public void afterIteration(TrainingLoop loop, int i) {
        iteration++;
        String key = "" + iteration;
        if (c.path("snapshots").has(key)) {
          snapshots.put(key, loop.state().networks().parameters().toArrays());
        }
        if (c.path("snapshots").has("ema_" + key)) {
          snapshots.put("ema_" + key, average.toArrays());
        }
        if (iteration == c.path("iterations").size()) {
          loop.stop("the file has no more");
        }
      }
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

    private void compare(int i, TrainState state, TrainStep.Result result) {
      JsonNode expected = c.path("iterations").get(i);
      double room = room(i, expected.path("loss").asDouble());
      result
          .losses()
          .forEach((name, value) -> {
            if (expected.has(name)) {
              verdict.near(
                  name + " of iteration " + i, expected.path(name).asDouble(), value, room);
            }
          });
      double rate = state.optimizers().all().get(0).rate(state.updates(), state.epoch());
      verdict.near("learning rate of iteration " + i, expected.path("lr").asDouble(), rate, 1e-9);
      Tensor logits = result.outputs().networks().firstEntry().getValue().get("logits");
      if (expected.has("top1") && logits != null) {
        int count = config.path("num_batches").asInt();
        long[] labels = CaseFile.longs(config.path("labels").get(i % count));
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
                LossInput.of(
                    new TorchNetwork(graph, parameters).run(inputs(graph, 0, labels), true),
                    Tensor.of(labels, labels.length, 1)));
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

    /// `0.25 g(batch) + up(0.5 g(coarse) + g(class)[label])`, each coarse cell a block of the image.
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
