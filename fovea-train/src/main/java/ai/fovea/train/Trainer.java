package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.data.Batch;
import ai.fovea.train.data.BatchSampler;
import ai.fovea.train.data.Loader;
import ai.fovea.train.data.Samplers;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.RetrievalEvaluation;
import ai.fovea.train.metric.TopkAcc;
import ai.fovea.train.metric.TrainLog;
import ai.fovea.train.schedule.Accumulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Trains a network as a PaddleClas configuration says: epochs of batches, evaluation, checkpoints, log.
///
/// A run with the same configuration, seed and number of threads gives the same weights, and a run that was stopped and
/// resumed from a checkpoint ends with the weights of the run that was not.
public final class Trainer {
  private final Recipe recipe;
  private final int threads;
  private final TrainListener listener;

  /// What a training came to.
  ///
  /// @param metrics of the last evaluation
  /// @param best the best value of the first metric
  public record Outcome(Map<String, Double> metrics, double best, Path output) {}

  /// A trainer.
  ///
  /// @param threads for libtorch and for the preparation of pictures, each
  public Trainer(Recipe recipe, int threads, TrainListener listener) {
    this.recipe = recipe;
    this.threads = threads;
    this.listener = listener;
  }

  /// Trains to the last epoch.
  ///
  /// @throws IOException if pictures or weights can't be read, or checkpoints can't be written
  public Outcome run() throws IOException {
    Torch.threads(threads);
    Torch.keepFreedMemory();
    Config config = recipe.config();
    Recipe.Data data = recipe.data("DataLoader.Train");
    BatchSampler sampler = Samplers.of(data.section().at("sampler"), data.labels(), recipe.seed());
    CombinedLoss loss = CombinedLoss.of((List<?>) config.value("Loss.Train").orElse(List.of()));
    try (var loader =
            new Loader(data.files(), data.labels(), data.preprocessing(), threads, recipe.seed());
        var networks = new Networks(recipe, new Op.Size(loader.shape()[1], loader.shape()[2]))) {
      networks.notes().forEach(listener::line);
      if (config.at("Global").flag("imprint_head", false)) {
        Imprinting.head(recipe, networks, data, threads);
        listener.line("the head starts as the mean features of the classes");
      }
      Accumulation steps = Accumulation.of(sampler.batches(), recipe.updateFrequency());
      try (var optimizers =
              Optimizers.of(
                  config,
                  networks.parameters(),
                  String.valueOf(recipe.arch().get("name")),
                  recipe.epochs(),
                  steps.updates());
          var run = new Run(networks, optimizers, loss, steps)) {
        return run.train(loader, sampler);
      }
    }
  }

  /// Evaluates the weights of `Global.pretrained_model` with the data of `DataLoader.Eval`.
  public static Map<String, Double> evaluate(Recipe recipe, int threads, TrainListener listener)
      throws IOException {
    Torch.threads(threads);
    Torch.keepFreedMemory();
    try (var networks = new Networks(recipe, recipe.imageSize())) {
      networks.notes().forEach(listener::line);
      return new Trainer(recipe, threads, listener).evaluate(networks.evaluated(), 1);
    }
  }

  private SequencedMap<String, Double> evaluate(TorchNetwork network, int epoch) {
    SequencedMap<String, Double> metrics =
        recipe.retrieval() ? retrieval(network) : classification(network);
    new TrainLog(recipe.epochs(), listener::line).evalAverage(epoch, metrics);
    return metrics;
  }

  private SequencedMap<String, Double> retrieval(TorchNetwork network) {
    Recipe.Data query = recipe.data("DataLoader.Eval.Query");
    Recipe.Data gallery = recipe.data("DataLoader.Eval.Gallery");
    Config config = recipe.config();
    RetrievalEvaluation evaluation =
        config.has("Metric.Eval")
            ? RetrievalEvaluation.of(config.at("Metric"), "Eval")
            : RetrievalEvaluation.standard();
    return evaluation.evaluate(
        Evaluation.outputs(network, recipe.features(), query, threads, _ -> {}),
        query.list().samples(),
        Evaluation.outputs(network, recipe.features(), gallery, threads, _ -> {}),
        gallery.list().samples(),
        config.at("Global").flag("feature_normalize", true));
  }

  private SequencedMap<String, Double> classification(TorchNetwork network) {
    Recipe.Data data = recipe.data("DataLoader.Eval");
    float[][] logits = Evaluation.outputs(network, "logits", data, threads, _ -> {});
    return topk("Metric.Eval").orElse(new TopkAcc(List.of(1, 5))).of(logits, data.labels());
  }

  private Optional<TopkAcc> topk(String key) {
    return recipe.config().named(key).stream()
        .filter(m -> m.name().equals("TopkAcc"))
        .findFirst()
        .map(m -> TopkAcc.of(m.settings()));
  }

  /// One training from its first step to its last.
  private final class Run implements AutoCloseable {
    private final Networks networks;
    private final Optimizers optimizers;
    private final CombinedLoss loss;
    private final Accumulation steps;
    private final Optional<MovingAverage> average;
    private final TrainLog log = new TrainLog(recipe.epochs(), listener::line);
    private final Optional<TopkAcc> trainAcc = topk("Metric.Train");
    private long step;
    private double best = Double.NEGATIVE_INFINITY;
    private Map<String, Double> metrics = Map.of();

    Run(Networks networks, Optimizers optimizers, CombinedLoss loss, Accumulation steps) {
      this.networks = networks;
      this.optimizers = optimizers;
      this.loss = loss;
      this.steps = steps;
      this.average =
          recipe.ema().isPresent()
              ? Optional.of(new MovingAverage(networks.parameters(), recipe.ema().getAsDouble()))
              : Optional.empty();
    }

    Outcome train(Loader loader, BatchSampler sampler) throws IOException {
      int iterations = steps.iterations();
      int first = 1;
      if (recipe.checkpoints().isPresent()) {
        first = resume(recipe.checkpoints().get());
      }
      listener.line(
          "seed "
              + recipe.seed()
              + ", "
              + threads
              + " threads, "
              + iterations
              + " iterations an epoch");
      for (int epoch = first; epoch <= recipe.epochs(); epoch++) {
        // libtorch's generator has no saved state in a checkpoint: each epoch begins with its own
        // seed.
        Torch.seed(recipe.seed() * 1_000_003 + epoch);
        List<int[]> batches = sampler.epoch(epoch);
        epoch(
            epoch,
            loader.epoch(epoch, batches.subList(0, Math.min(iterations, batches.size()))),
            Math.min(iterations, batches.size()));
        boolean evaluated =
            recipe.evalDuringTrain()
                && epoch >= recipe.startEvalEpoch()
                && (epoch % recipe.evalInterval() == 0 || epoch == recipe.epochs());
        boolean isBest = false;
        if (evaluated) {
          metrics = evaluateServed(epoch);
          double value = metrics.values().iterator().next();
          isBest = value >= best;
          best = Math.max(best, value);
          for (Optimizers.Scheduled s : optimizers.all()) {
            s.schedule().observe(s.schedule().byEpoch() ? epoch : step, value);
          }
          log.best(epoch, best, average.isPresent());
        }
        save(epoch, isBest);
      }
      return new Outcome(metrics, best, recipe.output());
    }

    private void epoch(int epoch, Iterator<Batch> batches, int iterations) {
      var averages = new AverageMeters();
      var costs = new AverageMeters();
      long ready = System.nanoTime();
      for (int i = 0; batches.hasNext(); i++) {
        var values = new LinkedHashMap<String, Double>();
        var seconds = new LinkedHashMap<String, Double>();
        int size;
        try (Batch batch = batches.next();
            var _ = new TensorScope()) {
          seconds.put("reader", (System.nanoTime() - ready) / 1e9);
          size = batch.size();
          forwardBackward(batch, values);
        }
        if (steps.updatesAfter(i)) {
          update(epoch);
        }
        seconds.put("batch", (System.nanoTime() - ready) / 1e9);
        ready = System.nanoTime();
        averages.add(values, size);
        costs.add(seconds, 1);
        if (i % recipe.printEvery() == 0) {
          var mean = costs.averages();
          log.iteration(
              new TrainLog.At(epoch, i, iterations),
              rates(epoch),
              averages.averages(),
              new TrainLog.Pace(
                  mean.getOrDefault("batch", 0.0), mean.getOrDefault("reader", 0.0), size));
          costs.reset();
        }
        listener.progress(epoch, i + 1, iterations);
      }
      log.trainAverage(epoch, averages.averages());
    }

    private void forwardBackward(Batch batch, Map<String, Double> values) {
      Tensor x = Tensor.view(batch.pixels(), batch.shape()); // [N, C, H, W]
      Tensor label = Tensor.of(batch.labels(), batch.size(), 1); // [N, 1]
      Map<String, Tensor> in = new LinkedHashMap<>();
      in.put("image", x);
      if (networks.training().graph().inputs().containsKey("label")) {
        in.put("label", label);
      }
      Map<String, Tensor> out = networks.training().run(in, true);
      Map<String, Tensor> losses = loss.values(out, label);
      Tensor total = losses.get("loss");
      if (total == null) {
        throw new IllegalStateException("a sum without parts");
      }
      (steps.frequency() == 1 ? total : total.mul(1.0 / steps.frequency())).backward();
      trainAcc.ifPresent(acc -> {
        Tensor logits = out.get("logits");
        if (logits != null) {
          values.putAll(acc.of(rows(logits), batch.labels()));
        }
      });
      losses.forEach((name, value) -> values.put(name, value.item()));
      double sum = values.getOrDefault("loss", 0.0);
      if (!Double.isFinite(sum)) {
        throw new ArithmeticException(
            "the loss is "
                + sum
                + " after "
                + step
                + " updates: lower the learning rate, or look at the labels");
      }
    }

    private void update(int epoch) {
      optimizers.step(step, epoch - 1);
      networks.parameters().clearGrads();
      step++;
      average.ifPresent(MovingAverage::update);
    }

    private static float[][] rows(Tensor logits) {
      float[] all = logits.toFloats();
      int n = logits.size(0);
      float[][] rows = new float[n][];
      for (int i = 0; i < n; i++) {
        rows[i] = java.util.Arrays.copyOfRange(all, i * all.length / n, (i + 1) * all.length / n);
      }
      return rows;
    }

    private List<TrainLog.Rate> rates(int epoch) {
      return optimizers.all().stream()
          .map(s -> new TrainLog.Rate(s.schedule().name(), s.rate(step, epoch - 1)))
          .toList();
    }

    /// What is evaluated, saved and exported where that is not the present weights.
    private Optional<Map<String, NDArray>> served() {
      if (average.isPresent()) {
        var all = new LinkedHashMap<>(networks.parameters().toArrays());
        all.putAll(average.get().toArrays());
        return Optional.of(all);
      }
      return recipe.pretrainedShare().isPresent()
          ? Optional.of(networks.blended(recipe.pretrainedShare().getAsDouble()))
          : Optional.empty();
    }

    private Map<String, Double> evaluateServed(int epoch) {
      Optional<Map<String, NDArray>> served = served();
      if (served.isEmpty()) {
        return evaluate(networks.evaluated(), epoch);
      }
      try (var parameters = TorchParameters.of(networks.serving(), served.get())) {
        return evaluate(new TorchNetwork(networks.serving(), parameters), epoch);
      }
    }

    private void save(int epoch, boolean isBest) throws IOException {
      Optional<Map<String, NDArray>> served = served();
      Map<String, NDArray> raw = networks.parameters().toArrays();
      var states = new LinkedHashMap<String, Double>();
      states.put("epoch", (double) epoch);
      states.put("global_step", (double) step);
      if (!metrics.isEmpty()) {
        states.put("metric", metrics.values().iterator().next());
        states.put("best_metric", best);
      }
      var checkpoint =
          new Checkpoint(
              stored(served.orElse(raw)),
              served.map(_ -> stored(raw)),
              optimizers.all().stream().map(s -> s.optimizer().state()).toList(),
              states);
      var names = new ArrayList<>(List.of("latest"));
      if (epoch % recipe.saveInterval() == 0) {
        names.add("epoch_" + epoch);
      }
      if (isBest) {
        names.add("best_model");
      }
      for (String name : names) {
        Path prefix = recipe.output().resolve(name);
        checkpoint.write(prefix);
        log.saved(prefix);
      }
    }

    /// Without the tables that a builder makes and no checkpoint holds.
    private Map<String, NDArray> stored(Map<String, NDArray> all) {
      var out = new LinkedHashMap<String, NDArray>();
      for (Param p : networks.parameters().params()) {
        NDArray value = all.get(p.name());
        if (p.stored() && value != null) {
          out.put(p.name(), value);
        }
      }
      return out;
    }

    private int resume(Path prefix) throws IOException {
      Checkpoint checkpoint = Checkpoint.read(prefix);
      networks.parameters().load(checkpoint.raw().orElse(checkpoint.weights()));
      average.ifPresent(a -> a.load(checkpoint.weights()));
      if (checkpoint.optimizers().size() != optimizers.all().size()) {
        throw new IOException(
            prefix
                + ".pdopt holds "
                + checkpoint.optimizers().size()
                + " optimizers, the configuration has "
                + optimizers.all().size());
      }
      for (int i = 0; i < optimizers.all().size(); i++) {
        optimizers.all().get(i).optimizer().load(checkpoint.optimizers().get(i));
      }
      int epoch = checkpoint.states().getOrDefault("epoch", 0.0).intValue();
      step = checkpoint.states().getOrDefault("global_step", 0.0).longValue();
      best = checkpoint.states().getOrDefault("best_metric", Double.NEGATIVE_INFINITY);
      listener.line("resumed from " + prefix + " after epoch " + epoch);
      return epoch + 1;
    }

    @Override
    public void close() {
      average.ifPresent(MovingAverage::close);
    }
  }
}
