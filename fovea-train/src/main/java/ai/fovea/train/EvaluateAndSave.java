package ai.fovea.train;

import ai.fovea.graph.NDArray;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.weights.FiniteWeights;
import ai.fovea.weights.PaddleParams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Function;

/// Saves each epoch, and evaluates some. What was trained is saved before it is evaluated, since evaluation may fail; a training
/// that goes on from there evaluates first.
final class EvaluateAndSave implements Callback {
  private static final String LATEST = "latest";
  private static final String BEST = "best_model";

  private final Settings settings;
  private final Kept kept;
  private final Optional<Function<TorchNetwork, SequencedMap<String, Double>>> evaluation;
  private Optional<FormerTraining> former;

  /// When is evaluated and saved.
  ///
  /// @param output folder of the checkpoints
  /// @param saveInterval every how many epochs `epoch_N` is kept; none where less than 1
  /// @param evalInterval every how many epochs is evaluated, 1 or more; the last one always is
  /// @param startEvalEpoch the first epoch that is evaluated
  record Settings(Path output, int saveInterval, int evalInterval, int startEvalEpoch) {}

  /// @param kept noted there what is saved
  /// @param evaluation measures a network; empty where nothing is evaluated
  /// @param former what lies in the folder and is moved aside before the first checkpoint
  EvaluateAndSave(
      Settings settings,
      Kept kept,
      Optional<Function<TorchNetwork, SequencedMap<String, Double>>> evaluation,
      Optional<FormerTraining> former) {
    this.settings = settings;
    this.kept = kept;
    this.evaluation = evaluation;
    this.former = former;
  }

  @Override
  public void beforeTraining(TrainingLoop loop) throws IOException {
    TrainState state = loop.state();
    if (state.isEvaluationPending() && isEvaluatedAfter(loop, state.epoch())) {
      tellOfFormer(loop);
      evaluate(loop, state.epoch());
    } else {
      state.expectEvaluation(false); // where settings were changed
    }
    if (state.epoch() < loop.epochs()) {
      tellOfFormer(loop);
      Checkpoint.removeLeft(settings.output.resolve(LATEST));
    }
  }

  /// Only where something is about to be saved in their place.
  private void tellOfFormer(TrainingLoop loop) {
    former.map(FormerTraining::told).map(TrainEvent.Warning::new).ifPresent(loop::emit);
  }

  @Override
  public void afterEpoch(TrainingLoop loop, int epoch) throws IOException {
    if (isEvaluatedAfter(loop, epoch)) {
      loop.state().expectEvaluation(true);
      save(loop, epoch, List.of(LATEST));
      evaluate(loop, epoch);
    } else {
      save(loop, epoch, names(epoch, false));
    }
  }

  private boolean isEvaluatedAfter(TrainingLoop loop, int epoch) {
    return evaluation.isPresent()
        && epoch >= settings.startEvalEpoch
        && (epoch % settings.evalInterval == 0 || epoch == loop.epochs());
  }

  private void evaluate(TrainingLoop loop, int epoch) throws IOException {
    TrainState state = loop.state();
    SequencedMap<String, Double> figures = state.withServed(evaluation.orElseThrow());
    double first = figures.isEmpty() ? Double.NaN : figures.firstEntry().getValue();
    if (!Double.isFinite(first)) {
      loop.emit(
          new TrainEvent.Warning(
              "the evaluation after epoch "
                  + epoch
                  + " gives no number to compare ("
                  + figures
                  + "); it is not the best, whatever came before"));
    }
    boolean isBest = state.evaluated(figures);
    loop.emit(
        new TrainEvent.Evaluated(
            epoch, figures, OptionalDouble.of(state.best()), state.servesOtherWeights()));
    if (isBest && !state.networks().served().isEmpty()) {
      moveFormerAside();
      PaddleParams.write(
          settings.output.resolve(
              BEST + "_" + state.networks().served().toLowerCase(Locale.ROOT) + ".pdparams"),
          state.networks().ofServed(state.checkpoint().weights()));
    }
    save(loop, epoch, names(epoch, isBest));
  }

  private List<String> names(int epoch, boolean isBest) {
    var names = new ArrayList<String>();
    if (settings.saveInterval > 0 && epoch % settings.saveInterval == 0) {
      names.add("epoch_" + epoch);
    }
    if (isBest) {
      names.add(BEST);
    }
    // Last: while it says that this epoch is to be evaluated, what is lost of the others is made
    // again.
    names.add(LATEST);
    return names;
  }

  private void save(TrainingLoop loop, int epoch, List<String> names) throws IOException {
    requireFinite(loop.state(), epoch);
    Checkpoint checkpoint = loop.state().checkpoint();
    moveFormerAside();
    for (String name : names) {
      Path prefix = settings.output.resolve(name);
      try {
        checkpoint.write(prefix);
      } catch (IOException e) { // a full disk
        throw new IOException(e.getMessage() + "\n" + kept.told(), e);
      }
      if (name.equals(LATEST)) {
        kept.saved(prefix);
      }
      loop.emit(new TrainEvent.Saved(prefix, epoch, loop.state().isEvaluationPending()));
    }
  }

  private void moveFormerAside() throws IOException {
    if (former.isPresent()) {
      former.get().moveAside();
      former = Optional.empty();
    }
  }

  /// A last update may have made weights NaN without a loss that tells it; they do not replace good ones.
  private void requireFinite(TrainState state, int epoch) {
    for (Map.Entry<String, NDArray> entry : state.networks().parameters().views().entrySet()) {
      Optional<String> problem = FiniteWeights.problem(entry.getValue());
      if (problem.isPresent()) {
        throw new ArithmeticException(
            "after epoch "
                + epoch
                + " ("
                + state.updates()
                + " updates) the weight "
                + entry.getKey()
                + " "
                + problem.get()
                + ": lower the learning rate (Optimizer.lr); "
                + kept.told());
      }
    }
  }
}
