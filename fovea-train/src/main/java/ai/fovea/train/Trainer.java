package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.config.ShellWords;
import ai.fovea.data.Batch;
import ai.fovea.data.BatchSampler;
import ai.fovea.data.Loader;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.plan.Matchable;
import ai.fovea.plan.ModelGraphs;
import ai.fovea.plan.NamedWeights;
import ai.fovea.plan.Recipe;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.torch.MovingAverage;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.Torch;
import ai.fovea.torch.TorchException;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.TopkAcc;
import ai.fovea.train.metric.TrainLog;
import ai.fovea.weights.FiniteWeights;
import ai.fovea.weights.Paths;
import ai.fovea.weights.PlaceLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
///
/// Over 400 lines: what a run holds is shared by its steps, evaluations and checkpoints, and is to be divided into parts.
public final class Trainer {
  /// In a checkpoint's states where its epoch was not evaluated yet.
  private static final String TO_EVALUATE = "to_evaluate";

  private final Recipe recipe;
  private final int threads;
  private final TrainListener listener;

  /// What a training came to.
  ///
  /// @param metrics of the last evaluation
  /// @param best the best value of the first metric
  /// @param weights the checkpoint to export: `best_model` where there is one, else `latest`; empty where none was written
  public record Outcome(
      Map<String, Double> metrics, double best, Path output, Optional<Path> weights) {}

  /// What a measurement came to.
  ///
  /// @param base how many queries counted; empty for a classifier
  public record Measurement(SequencedMap<String, Double> metrics, Optional<Matchable> base) {}

  /// A trainer.
  ///
  /// @param threads for libtorch and for the preparation of pictures, each
  public Trainer(Recipe recipe, int threads, TrainListener listener) {
    this.recipe = recipe;
    this.threads = threads;
    this.listener = listener;
  }

  /// Trains to the last epoch. Everything that the configuration names is looked at first.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong with the configuration and its lists and images
  /// @throws IOException if pictures or weights can't be read, or checkpoints can't be written
  public Outcome run() throws IOException {
    Torch.threads(threads);
    Torch.keepFreedMemory();
    Plan plan = Plan.training(recipe, threads, listener);
    // Checkpoints of two runs in one folder would replace each other.
    try (PlaceLock _ =
        PlaceLock.take(recipe.output(), "training")
            .orElseThrow(() ->
                new IOException(
                    recipe.output()
                        + ": another training is running there; wait until it ends, or name another"
                        + " folder: -o Global.output_dir=FOLDER"))) {
      plan.notes().forEach(listener::line);
      return run(plan);
    }
  }

  private Outcome run(Plan plan) throws IOException {
    Plan.Training training = plan.training().orElseThrow();
    Config config = recipe.config();
    Recipe.Data data = training.data();
    Optional<Checkpoint> from = Optional.empty();
    if (recipe.checkpoints().isPresent()) {
      from = Optional.of(Checkpoint.read(recipe.checkpoints().get()));
    }
    try (var loader =
            new Loader(
                data.files(),
                data.labels(),
                data.preprocessing(),
                data.decoder(),
                threads,
                recipe.seed(),
                recipe.replaceUnreadable() ? Optional.of(this::line) : Optional.empty());
        var networks = new Networks(recipe, new Op.Size(loader.shape()[1], loader.shape()[2]))) {
      networks.notes().forEach(listener::line);
      if (recipe.imprintHead()) {
        Imprinting.head(recipe, networks, data, threads);
        listener.line("the head starts as the mean features of the classes");
      }
      try (var optimizers =
              Optimizers.of(
                  config,
                  networks.parameters(),
                  recipe.arch().text("name"),
                  recipe.epochs(),
                  training.steps().updates());
          var run = new Run(networks, optimizers, training, plan.evaluation())) {
        return run.train(loader, from);
      }
    }
  }

  /// Lines may come from the loader's threads too.
  private synchronized void line(String text) {
    listener.line(text);
  }

  /// Evaluates the weights of `Global.pretrained_model` or `Global.checkpoints` with the data of `DataLoader.Eval`.
  ///
  /// @throws ai.fovea.config.ConfigException where the configuration names no weights, and with all else that is wrong
  /// @throws IOException if the weights can't be read or lack a part of the network
  public static Measurement evaluate(Recipe recipe, int threads, TrainListener listener)
      throws IOException {
    Torch.threads(threads);
    Torch.keepFreedMemory();
    Plan plan = Plan.evaluation(recipe, threads, listener);
    Graph graph = ModelGraphs.serving(recipe).only(ModelGraphs.output(recipe));
    Map<String, NDArray> weights = NamedWeights.complete(recipe, graph, "measured");
    plan.notes().forEach(listener::line);
    Plan.Evaluated evaluated = plan.evaluation().orElseThrow();
    try (var parameters = TorchParameters.of(graph, weights)) {
      return new Measurement(
          new Trainer(recipe, threads, listener)
              .evaluate(new TorchNetwork(graph, parameters), evaluated, 1),
          evaluated.base());
    }
  }

  private SequencedMap<String, Double> evaluate(
      TorchNetwork network, Plan.Evaluated evaluated, int epoch) {
    SequencedMap<String, Double> metrics =
        evaluated.gallery().isPresent()
            ? retrieval(network, evaluated, evaluated.gallery().get())
            : classification(network, evaluated);
    new TrainLog(recipe.epochs(), listener::line).evalAverage(epoch, metrics);
    return metrics;
  }

  private SequencedMap<String, Double> retrieval(
      TorchNetwork network, Plan.Evaluated evaluated, Recipe.Data gallery) {
    Recipe.Data query = evaluated.query();
    return evaluated
        .retrieval()
        .evaluate(
            Evaluation.outputs(network, recipe.features(), query, threads, _ -> {}),
            query.list().samples(),
            Evaluation.outputs(network, recipe.features(), gallery, threads, _ -> {}),
            gallery.list().samples(),
            recipe.normalizeFeatures());
  }

  private SequencedMap<String, Double> classification(
      TorchNetwork network, Plan.Evaluated evaluated) {
    float[][] logits = Evaluation.outputs(network, "logits", evaluated.query(), threads, _ -> {});
    return evaluated.topk().of(logits, evaluated.query().labels());
  }

  /// One training from its first step to its last.
  private final class Run implements AutoCloseable {
    private final Networks networks;
    private final Optimizers optimizers;
    private final BatchSampler sampler;
    private final CombinedLoss loss;
    private final Accumulation steps;
    private final Optional<Plan.Evaluated> evaluation;
    private final Optional<MovingAverage> average;
    private final TrainLog log = new TrainLog(recipe.epochs(), listener::line);
    private final Optional<TopkAcc> trainAcc;
    private Optional<Path> kept = Optional.empty();
    private Optional<FormerTraining> former = Optional.empty();
    private long step;
    private double best = Double.NEGATIVE_INFINITY;
    private Map<String, Double> metrics = Map.of();

    Run(
        Networks networks,
        Optimizers optimizers,
        Plan.Training training,
        Optional<Plan.Evaluated> evaluation) {
      this.networks = networks;
      this.optimizers = optimizers;
      this.sampler = training.sampler();
      this.loss = training.loss();
      this.steps = training.steps();
      this.trainAcc = training.metric();
      this.evaluation = evaluation;
      this.average =
          recipe.ema().isPresent()
              ? Optional.of(new MovingAverage(networks.parameters(), recipe.ema().getAsDouble()))
              : Optional.empty();
    }

    Outcome train(Loader loader, Optional<Checkpoint> from) throws IOException {
      int iterations = steps.iterations();
      int first = 1;
      former =
          from.isPresent() && goesOnHere()
              ? FormerTraining.after(recipe.output(), from.get().epoch())
              : FormerTraining.in(recipe.output());
      if (from.isPresent()) {
        first = resume(recipe.checkpoints().orElseThrow(), from.get());
      }
      if (first > recipe.epochs()) {
        listener.line(
            "already trained for all "
                + recipe.epochs()
                + " epochs"
                + (first - 1 > recipe.epochs() ? " (" + (first - 1) + " are done)" : "")
                + "; give more with Global.epochs, e.g. -o Global.epochs="
                + (first - 1 + recipe.epochs()));
        return new Outcome(Map.of(), best, recipe.output(), Optional.empty());
      }
      tellOfFormer();
      listener.line(
          "seed "
              + recipe.seed()
              + ", "
              + threads
              + " threads, "
              + iterations
              + " iterations an epoch");
      Checkpoint.removeLeft(recipe.output().resolve("latest"));
      for (int epoch = first; epoch <= recipe.epochs(); epoch++) {
        // libtorch's generator has no saved state in a checkpoint: each epoch begins with its own
        // seed.
        Torch.seed(recipe.seed() * 1_000_003 + epoch);
        List<int[]> batches = sampler.epoch(epoch);
        epoch(
            epoch,
            loader.epoch(epoch, batches.subList(0, Math.min(iterations, batches.size()))),
            Math.min(iterations, batches.size()));
        if (isEvaluatedAfter(epoch)) {
          // Evaluation may fail; what was trained is kept before. A resumed run then evaluates
          // first.
          save(epoch, List.of("latest"), true);
          evaluateAndSave(epoch);
        } else {
          save(epoch, names(epoch, false), false);
        }
      }
      Path bestModel = recipe.output().resolve("best_model");
      return new Outcome(
          metrics,
          best,
          recipe.output(),
          Optional.of(
              best > Double.NEGATIVE_INFINITY && isThere(bestModel)
                  ? bestModel
                  : recipe.output().resolve("latest")));
    }

    /// Only where something is about to be saved in their place.
    private void tellOfFormer() {
      former.map(FormerTraining::told).ifPresent(listener::warning);
    }

    /// Whether the checkpoint that training goes on from is one of those in the folder that it writes into.
    private boolean goesOnHere() throws IOException {
      Optional<Path> folder = recipe.checkpoints().map(Path::toAbsolutePath).map(Path::getParent);
      return folder.isPresent() && Paths.real(folder.get()).equals(Paths.real(recipe.output()));
    }

    private static boolean isThere(Path prefix) {
      return Files.isRegularFile(prefix.resolveSibling(prefix.getFileName() + ".pdparams"));
    }

    private boolean isEvaluatedAfter(int epoch) {
      return evaluation.isPresent()
          && epoch >= recipe.startEvalEpoch()
          && (epoch % recipe.evalInterval() == 0 || epoch == recipe.epochs());
    }

    private void evaluateAndSave(int epoch) throws IOException {
      metrics = evaluateServed(epoch);
      double value = metrics.values().iterator().next();
      boolean isBest = value >= best;
      best = Math.max(best, value);
      for (Optimizers.Scheduled s : optimizers.all()) {
        s.schedule().observe(s.schedule().byEpoch() ? epoch : step, value);
      }
      log.best(epoch, best, average.isPresent());
      save(epoch, names(epoch, isBest), false);
    }

    private List<String> names(int epoch, boolean isBest) {
      var names = new ArrayList<>(List.of("latest"));
      if (recipe.saveInterval() > 0 && epoch % recipe.saveInterval() == 0) {
        names.add("epoch_" + epoch);
      }
      if (isBest) {
        names.add("best_model");
      }
      return names;
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
          int iteration = i;
          TorchException.during(
              () ->
                  "epoch %d, iteration %d, images %s"
                      .formatted(epoch, iteration, Arrays.toString(batch.shape())),
              () -> forwardBackward(batch, values));
        }
        requireFinite(values.getOrDefault("loss", 0.0), epoch, i);
        if (steps.updatesAfter(i)) {
          TorchException.during(
              () -> "epoch %d, update %d of the weights".formatted(epoch, step + 1),
              () -> update(epoch));
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
      Tensor scaled = steps.frequency() == 1 ? total : total.mul(1.0 / steps.frequency());
      TorchException.during(() -> "gradients", scaled::backward);
      trainAcc.ifPresent(acc -> {
        Tensor logits = out.get("logits");
        if (logits != null) {
          values.putAll(acc.of(rows(logits), batch.labels()));
        }
      });
      losses.forEach((name, value) -> values.put(name, value.item()));
    }

    private void requireFinite(double sum, int epoch, int iteration) {
      if (!Double.isFinite(sum)) {
        throw new ArithmeticException(
            "the loss is "
                + (Double.isNaN(sum) ? "NaN" : "infinite")
                + " at update "
                + (step + 1)
                + " (epoch "
                + epoch
                + ", iteration "
                + iteration
                + "): lower the learning rate (Optimizer.lr), or look at the images and labels; "
                + lastGood());
      }
    }

    private String lastGood() {
      return kept.map(p ->
              "the last good checkpoint is "
                  + p
                  + ": -o "
                  + ShellWords.quoted("Global.checkpoints=" + p))
          .orElse("no checkpoint was written yet");
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
        var all = new LinkedHashMap<>(networks.parameters().views());
        all.putAll(average.get().views());
        return Optional.of(all);
      }
      return recipe.pretrainedShare().isPresent()
          ? Optional.of(networks.blended(recipe.pretrainedShare().getAsDouble()))
          : Optional.empty();
    }

    private Map<String, Double> evaluateServed(int epoch) {
      Plan.Evaluated with = evaluation.orElseThrow();
      Optional<Map<String, NDArray>> served = served();
      if (served.isEmpty()) {
        return evaluate(networks.evaluated(), with, epoch);
      }
      try (var parameters = TorchParameters.of(networks.serving(), served.get())) {
        return evaluate(new TorchNetwork(networks.serving(), parameters), with, epoch);
      }
    }

    /// @param toEvaluate whether this epoch's evaluation is still to come
    private void save(int epoch, List<String> names, boolean toEvaluate) throws IOException {
      Optional<Map<String, NDArray>> served = served();
      Map<String, NDArray> raw = networks.parameters().views();
      requireFinite(raw, epoch);
      var states = new LinkedHashMap<String, Double>();
      states.put("epoch", (double) epoch);
      states.put("global_step", (double) step);
      if (!metrics.isEmpty()) {
        states.put("metric", metrics.values().iterator().next());
        states.put("best_metric", best);
      }
      if (toEvaluate) {
        states.put(TO_EVALUATE, 1.0);
      }
      var checkpoint =
          new Checkpoint(
              stored(served.orElse(raw)),
              served.map(_ -> stored(raw)),
              optimizers.all().stream().map(s -> s.optimizer().state()).toList(),
              states);
      if (former.isPresent()) {
        former.get().moveAside();
        former = Optional.empty();
      }
      for (String name : names) {
        Path prefix = recipe.output().resolve(name);
        try {
          checkpoint.write(prefix);
        } catch (IOException e) { // a full disk
          throw new IOException(e.getMessage() + "\n" + lastGood(), e);
        }
        kept = Optional.of(recipe.output().resolve("latest"));
        if (!toEvaluate) {
          log.saved(prefix);
        }
        listener.saved(prefix, epoch);
      }
    }

    /// A last update may have made weights NaN without a loss that tells it; they do not replace good ones.
    private void requireFinite(Map<String, NDArray> weights, int epoch) {
      for (var entry : weights.entrySet()) {
        Optional<String> problem = FiniteWeights.problem(entry.getValue());
        if (problem.isPresent()) {
          throw new ArithmeticException(
              "after epoch "
                  + epoch
                  + " ("
                  + step
                  + " updates) the weight "
                  + entry.getKey()
                  + " "
                  + problem.get()
                  + ": lower the learning rate (Optimizer.lr); "
                  + lastGood());
        }
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

    private int resume(Path prefix, Checkpoint checkpoint) throws IOException {
      Map<String, NDArray> weights = checkpoint.raw().orElse(checkpoint.weights());
      List<String> missing =
          networks.parameters().params().stream()
              .filter(p -> p.stored() && p.kind() != Param.Kind.CONSTANT)
              .map(Param::name)
              .filter(name -> !weights.containsKey(name))
              .toList();
      if (!missing.isEmpty()) {
        throw new IOException(
            prefix
                + ": lacks "
                + missing.size()
                + " tensors of the network, so training can't go on from it: "
                + String.join(", ", missing.subList(0, Math.min(5, missing.size()))));
      }
      networks.parameters().load(weights);
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
      int epoch = checkpoint.epoch();
      step = checkpoint.states().getOrDefault("global_step", 0.0).longValue();
      best = checkpoint.states().getOrDefault("best_metric", Double.NEGATIVE_INFINITY);
      kept = Optional.of(prefix);
      listener.line("resumed from " + prefix + " after epoch " + epoch);
      if (checkpoint.states().containsKey(TO_EVALUATE) && isEvaluatedAfter(epoch)) {
        tellOfFormer();
        evaluateAndSave(epoch);
      }
      return epoch + 1;
    }

    @Override
    public void close() {
      average.ifPresent(MovingAverage::close);
    }
  }
}
