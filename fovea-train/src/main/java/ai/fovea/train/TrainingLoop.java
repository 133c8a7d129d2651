package ai.fovea.train;

import ai.fovea.data.Batch;
import ai.fovea.graph.NDArray;
import ai.fovea.plan.schedule.Accumulation;
import ai.fovea.torch.Engine;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import ai.fovea.torch.TorchException;
import ai.fovea.train.metric.AverageMeters;
import ai.fovea.train.metric.Metric;
import ai.fovea.train.metric.Metrics;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The loop of a training: for each epoch its batches, for each batch a step, after one or several batches an update. All else
/// (evaluation, checkpoints, logs) is done by callbacks and listeners.
///
/// An iteration is: take a batch; [TrainStep]; callbacks after the backward pass; metrics; update of the parameters, if due;
/// callbacks after the iteration; [TrainEvent.IterationDone]. After the last iteration of an epoch: [TrainEvent.EpochDone], callbacks
/// after the epoch.
///
/// Runs on one thread, which must not be a virtual one.
public final class TrainingLoop {
  /// A number that is prime, so that epochs of different seeds do not share a generator's seed.
  private static final long SEEDS_APART = 1_000_003;

  private final Engine engine;
  private final TrainState state;
  private final Parts parts;
  private final Settings settings;
  private int epoch;
  private Optional<String> stopped = Optional.empty();

  /// How long a training is.
  ///
  /// @param epochs 1 or more
  /// @param steps the batches of an epoch and how many make an update
  /// @param seed of dropout and all else that libtorch draws
  public record Settings(int epochs, Accumulation steps, long seed) {}

  /// The batches of an epoch.
  @FunctionalInterface
  public interface Source {
    /// Returns the batches of an epoch; the loop closes each.
    ///
    /// @param epoch from 1
    /// @param iterations how many are taken at most
    Iterator<Batch> epoch(int epoch, int iterations);
  }

  /// What a loop is put together from.
  ///
  /// @param metrics shown beside the losses
  /// @param callbacks in the order in which they are called
  /// @param listeners each receives all events
  public record Parts(
      TrainStep step,
      Source source,
      List<Metric> metrics,
      List<Callback> callbacks,
      List<TrainListener> listeners,
      Cancellation cancellation) {
    /// Copies the lists.
    public Parts {
      metrics = List.copyOf(metrics);
      callbacks = List.copyOf(callbacks);
      listeners = List.copyOf(listeners);
    }

    /// Supervised training on a source, with nothing else.
    public static Parts supervised(Source source) {
      return new Parts(
          TrainStep.supervised(), source, List.of(), List.of(), List.of(), new Cancellation());
    }

    /// Returns the same with these callbacks.
    public Parts with(Callback... more) {
      return new Parts(step, source, metrics, List.of(more), listeners, cancellation);
    }
  }

  /// A loop over a state, which stays the caller's to close.
  public TrainingLoop(Engine engine, TrainState state, Parts parts, Settings settings) {
    this.engine = engine;
    this.state = state;
    this.parts = parts;
    this.settings = settings;
  }

  /// Returns what changes from step to step.
  public TrainState state() {
    return state;
  }

  /// Returns the epoch that is running, from 1.
  public int epoch() {
    return epoch;
  }

  /// Returns how many epochs the training has.
  public int epochs() {
    return settings.epochs();
  }

  /// Tells all listeners of an event.
  public void emit(TrainEvent event) {
    parts.listeners().forEach(l -> l.on(event));
  }

  /// Ends the training when the callbacks of this epoch, or of this iteration, have run.
  ///
  /// @param reason for a user
  public void stop(String reason) {
    stopped = Optional.of(reason);
  }

  /// Trains from the epoch after the last one that is finished to the last one of all.
  ///
  /// @return why it ended early; empty where it did not
  /// @throws IOException if a callback fails
  public Optional<String> run() throws IOException {
    engine.enter();
    epoch = state.epoch() + 1;
    for (Callback c : parts.callbacks()) {
      c.beforeTraining(this);
    }
    if (epoch <= settings.epochs()) {
      emit(new TrainEvent.Started(epoch, settings.epochs(), settings.steps().iterations()));
    }
    for (; epoch <= settings.epochs(); epoch++) {
      if (isStopped()) { // by a callback before the first epoch
        break;
      }
      // libtorch's generator has no saved state: each epoch begins with its own seed.
      engine.seed(settings.seed() * SEEDS_APART + epoch);
      if (!runEpoch()) {
        break;
      }
      state.finishEpoch();
      for (Callback c : parts.callbacks()) {
        c.afterEpoch(this, epoch);
      }
      if (epoch < settings.epochs() && isStopped()) {
        break;
      }
    }
    if (epoch <= settings.epochs()) {
      stopped.ifPresent(reason -> emit(new TrainEvent.Stopped(epoch, reason)));
      return stopped;
    }
    return Optional.empty();
  }

  private boolean isStopped() {
    if (parts.cancellation().isCancelled()) {
      stop("cancelled");
    }
    return stopped.isPresent();
  }

  /// @return whether all iterations were made
  private boolean runEpoch() {
    int iterations = settings.steps().iterations();
    // A sampler may end early: what did not fill an update is left out.
    state.networks().parameters().clearGrads();
    Iterator<Batch> batches = parts.source().epoch(epoch, iterations);
    var averages = new AverageMeters();
    long ready = System.nanoTime();
    for (int i = 0; i < iterations && batches.hasNext(); i++) {
      double readerSeconds;
      int samples;
      try (Batch batch = batches.next();
          var _ = new TensorScope()) {
        readerSeconds = (System.nanoTime() - ready) / 1e9;
        samples = batch.size();
        step(i, batch, averages);
      }
      if (settings.steps().updatesAfter(i)) {
        TorchException.during(
            () -> "epoch %d, update %d of the weights".formatted(epoch, state.updates() + 1),
            state::update);
      }
      for (Callback c : parts.callbacks()) {
        c.afterIteration(this, i);
      }
      double seconds = (System.nanoTime() - ready) / 1e9;
      ready = System.nanoTime();
      emit(
          new TrainEvent.IterationDone(
              epoch, i, iterations, rates(), averages.averages(), seconds, readerSeconds, samples));
      if (i + 1 < iterations && isStopped()) {
        return false;
      }
    }
    emit(new TrainEvent.EpochDone(epoch, averages.averages()));
    return true;
  }

  private void step(int iteration, Batch batch, AverageMeters averages) {
    var tensors = new LinkedHashMap<String, Tensor>();
    batch.tensors().forEach((name, values) -> tensors.put(name, engine.tensor(values)));
    TrainStep.Result result =
        TorchException.during(
            () -> "epoch %d, iteration %d, images %s".formatted(epoch, iteration, shape(batch)),
            () -> parts.step().run(state, tensors, this::backward));
    for (Callback c : parts.callbacks()) {
      c.afterBackward(this, iteration, result);
    }
    var values =
        new LinkedHashMap<String, Double>(
            Metrics.values(parts.metrics(), TorchMetricInput.of(result.outputs(), batch)));
    values.putAll(result.losses());
    averages.add(values, batch.size());
  }

  private static String shape(Batch batch) {
    NDArray image = batch.tensors().get(Batch.IMAGE);
    return image == null ? "none" : Arrays.toString(image.shape().sizes());
  }

  private void backward(Tensor loss) {
    int frequency = settings.steps().frequency();
    Tensor scaled = frequency == 1 ? loss : loss.mul(1.0 / frequency);
    TorchException.during(() -> "gradients", scaled::backward);
  }

  private List<TrainEvent.Rate> rates() {
    return state.optimizers().all().stream()
        .map(s -> new TrainEvent.Rate(s.schedule().name(), s.rate(state.updates(), state.epoch())))
        .toList();
  }
}
