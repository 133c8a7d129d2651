package ai.fovea.train;

import ai.fovea.base.Paths;
import ai.fovea.base.PlaceLock;
import ai.fovea.data.Batch;
import ai.fovea.data.Loader;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.plan.Matchable;
import ai.fovea.plan.NamedWeights;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.Engine;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// Trains and measures networks as a PaddleClas configuration says: puts a [TrainingLoop] together from it.
///
/// A run with the same configuration, seed and number of threads gives the same weights, and a run that was stopped and
/// resumed from a checkpoint ends with the weights of the run that was not.
public final class Trainer {
  private final Recipe recipe;
  private final int threads;
  private final TrainListener listener;
  private final Cancellation cancellation;

  /// The result of a training.
  ///
  /// @param metrics of the last evaluation
  /// @param best the best value of the first metric
  /// @param weights the checkpoint to export: `best_model` where there is one, else `latest`; empty where none was written
  /// @param stopped why it ended before its last epoch was done; empty where it did not
  public record Outcome(
      Map<String, Double> metrics,
      double best,
      Path output,
      Optional<Path> weights,
      Optional<String> stopped) {}

  /// The result of a measurement.
  ///
  /// @param base how many queries counted; empty for a classifier
  public record Measurement(SequencedMap<String, Double> metrics, Optional<Matchable> base) {}

  /// A trainer that can't be cancelled.
  ///
  /// @param threads for libtorch and for the preparation of images, each
  public Trainer(Recipe recipe, int threads, TrainListener listener) {
    this(recipe, threads, listener, new Cancellation());
  }

  /// A trainer.
  ///
  /// @param threads for libtorch and for the preparation of images, each
  public Trainer(Recipe recipe, int threads, TrainListener listener, Cancellation cancellation) {
    this.recipe = recipe;
    this.threads = threads;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  /// Trains to the last epoch. Everything that the configuration names is looked at first.
  ///
  /// @throws ai.fovea.config.ConfigException with all that is wrong with the configuration and its lists and images
  /// @throws ai.fovea.base.FoveaException for images that can't be read or decoded, and weights that can't be used
  /// @throws IOException if weights can't be read, or checkpoints can't be written
  public Outcome run() throws IOException {
    Engine.of(threads).enter();
    Plan plan = Plan.training(recipe, threads, this::tell);
    // Checkpoints of two runs in one folder would replace each other.
    try (PlaceLock _ =
        PlaceLock.take(recipe.output(), "training")
            .orElseThrow(() ->
                new IOException(
                    recipe.output()
                        + ": another training is running there; wait until it ends, or name another"
                        + " folder: -o Global.output_dir=FOLDER"))) {
      plan.notes().forEach(this::note);
      return run(plan);
    }
  }

  private Outcome run(Plan plan) throws IOException {
    Plan.Training training = plan.training().orElseThrow();
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
                training.transforms(),
                data.decoder(),
                threads,
                recipe.seed(),
                recipe.replaceUnreadable() ? Optional.of(this::note) : Optional.empty());
        var state =
            new StateReader(recipe, training, this::note)
                .read(new Op.Size(loader.shape()[1], loader.shape()[2]), threads)) {
      var kept = new Kept();
      if (from.isPresent()) {
        Path prefix = recipe.checkpoints().orElseThrow();
        state.resume(from.get(), prefix);
        kept.saved(prefix);
        note("resumed from " + prefix + " after epoch " + state.epoch());
      }
      if (state.epoch() >= recipe.epochs() && !state.isEvaluationPending()) {
        note(finished(state.epoch()));
        return new Outcome(
            Map.of(), state.best(), recipe.output(), Optional.empty(), Optional.empty());
      }
      return run(plan, state, loader, kept);
    }
  }

  private String finished(int done) {
    return "already trained for all "
        + recipe.epochs()
        + " epochs"
        + (done > recipe.epochs() ? " (" + done + " are done)" : "")
        + "; give more with Global.epochs, e.g. -o Global.epochs="
        + (done + recipe.epochs());
  }

  private Outcome run(Plan plan, TrainState state, Loader loader, Kept kept) throws IOException {
    Plan.Training training = plan.training().orElseThrow();
    Optional<FormerTraining> former =
        state.epoch() > 0 && goesOnHere()
            ? FormerTraining.after(recipe.output(), state.epoch())
            : FormerTraining.in(recipe.output());
    var saving =
        new EvaluateAndSave(
            new EvaluateAndSave.Settings(
                recipe.output(),
                recipe.saveInterval(),
                recipe.evalInterval(),
                recipe.startEvalEpoch()),
            kept,
            plan.evaluation().map(e -> network -> evaluate(network, e)),
            former);
    var loop =
        new TrainingLoop(
            Engine.of(threads),
            state,
            new TrainingLoop.Parts(
                TrainStep.supervised(),
                (epoch, iterations) -> batches(training, loader, epoch, iterations),
                training.metrics(),
                List.of(new FiniteLoss(kept::told), saving),
                List.of(this::tell),
                cancellation),
            new TrainingLoop.Settings(recipe.epochs(), training.steps(), recipe.seed()));
    note(
        "seed "
            + recipe.seed()
            + ", "
            + threads
            + " threads, "
            + training.steps().iterations()
            + " iterations an epoch");
    Optional<String> stopped = loop.run();
    Path best = recipe.output().resolve("best_model");
    return new Outcome(
        state.metrics(),
        state.best(),
        recipe.output(),
        Optional.of(
                state.best() > Double.NEGATIVE_INFINITY && isThere(best)
                    ? best
                    : recipe.output().resolve("latest"))
            .filter(Trainer::isThere),
        stopped);
  }

  private static Iterator<Batch> batches(
      Plan.Training training, Loader loader, int epoch, int iterations) {
    List<int[]> batches = training.sampler().epoch(epoch);
    return loader.epoch(epoch, batches.subList(0, Math.min(iterations, batches.size())));
  }

  /// Whether the checkpoint that training goes on from is one of those in the folder that it writes into.
  private boolean goesOnHere() throws IOException {
    Optional<Path> folder = recipe.checkpoints().map(Path::toAbsolutePath).map(Path::getParent);
    return folder.isPresent() && Paths.real(folder.get()).equals(Paths.real(recipe.output()));
  }

  private static boolean isThere(Path prefix) {
    return Files.isRegularFile(prefix.resolveSibling(prefix.getFileName() + ".pdparams"));
  }

  private void note(String text) {
    tell(new TrainEvent.Note(text));
  }

  /// Notes may come from the loader's threads too.
  private synchronized void tell(TrainEvent event) {
    listener.on(event);
  }

  /// Evaluates the weights of `Global.pretrained_model` or `Global.checkpoints` with the data of `DataLoader.Eval`.
  ///
  /// @throws ai.fovea.config.ConfigException where the configuration names no weights, and with all else that is wrong
  /// @throws ai.fovea.base.ModelException if the weights can't be used or lack a part of the network
  /// @throws IOException if the weights can't be read
  public static Measurement evaluate(Recipe recipe, int threads, TrainListener listener)
      throws IOException {
    Engine.of(threads).enter();
    var trainer = new Trainer(recipe, threads, listener);
    Plan plan = Plan.evaluation(recipe, threads, trainer::tell);
    Graph whole = recipe.architecture().served().serving(recipe.imageSize());
    // A search needs no head, which weights may lack; metrics of classifiers may read any output.
    Graph graph = recipe.retrieval() ? whole.only(recipe.servedOutput()) : whole;
    Map<String, NDArray> weights = NamedWeights.complete(recipe, graph, "measured");
    plan.notes().forEach(trainer::note);
    Plan.Evaluated evaluated = plan.evaluation().orElseThrow();
    try (var parameters = TorchParameters.of(graph, weights)) {
      SequencedMap<String, Double> metrics =
          trainer.evaluate(new TorchNetwork(graph, parameters), evaluated);
      trainer.tell(new TrainEvent.Evaluated(1, metrics, OptionalDouble.empty(), false));
      return new Measurement(metrics, evaluated.base());
    }
  }

  private SequencedMap<String, Double> evaluate(TorchNetwork network, Plan.Evaluated evaluated) {
    return evaluated.gallery().isPresent()
        ? retrieval(network, evaluated, evaluated.gallery().get())
        : Evaluation.metrics(
            network,
            recipe.architecture().served().name(),
            evaluated.query(),
            evaluated.metrics(),
            threads);
  }

  private SequencedMap<String, Double> retrieval(
      TorchNetwork network, Plan.Evaluated evaluated, Recipe.Data gallery) {
    Recipe.Data query = evaluated.query();
    return evaluated
        .retrieval()
        .evaluate(
            Evaluation.outputs(network, recipe.features(), query, threads),
            query.list().samples(),
            Evaluation.outputs(network, recipe.features(), gallery, threads),
            gallery.list().samples(),
            recipe.normalizeFeatures());
  }
}
