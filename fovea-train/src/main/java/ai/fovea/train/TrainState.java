package ai.fovea.train;

import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.train.loss.CombinedLoss;
import ai.fovea.train.loss.LossInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// All of a training that changes from step to step: networks and what losses keep, optimizers with their schedules, served
/// weights, counters. [#checkpoint] returns the whole of it, and a training that goes on from that ends as one that was not
/// interrupted; random numbers come from the seed and the counters alone.
///
/// Owns networks, optimizers and served weights until it is closed. Not thread-safe.
public final class TrainState implements AutoCloseable {
  private static final String EPOCH = "epoch";
  private static final String UPDATES = "global_step";
  private static final String METRIC = "metric";
  private static final String BEST = "best_metric";
  private static final String SINCE_BEST = "evaluations_since_best";

  /// There where the epoch was not evaluated yet.
  private static final String TO_EVALUATE = "to_evaluate";

  private final TrainNetworks networks;
  private final CombinedLoss loss;
  private final Optimizers optimizers;
  private final Optional<ServedWeights> served;
  private int epoch;
  private long updates;
  private Map<String, Double> metrics = Map.of();
  private double best = Double.NEGATIVE_INFINITY;
  private int evaluationsSinceBest;
  private boolean evaluationPending;

  /// The first figure of the last evaluation that gave a finite one.
  private double latest;

  /// The state before the first step.
  ///
  /// @param loss whose parameters are among those of the networks
  public TrainState(
      TrainNetworks networks,
      CombinedLoss loss,
      Optimizers optimizers,
      Optional<ServedWeights> served) {
    this.networks = networks;
    this.loss = loss;
    this.optimizers = optimizers;
    this.served = served;
  }

  /// Returns the networks.
  public TrainNetworks networks() {
    return networks;
  }

  /// Returns the optimizers with their schedules.
  public Optimizers optimizers() {
    return optimizers;
  }

  /// Returns how many epochs are finished.
  public int epoch() {
    return epoch;
  }

  /// Returns how many updates of the parameters were made.
  public long updates() {
    return updates;
  }

  /// Returns the figures of the last evaluation; empty before the first.
  public Map<String, Double> metrics() {
    return metrics;
  }

  /// Returns the best value of the first metric; negative infinity before the first evaluation.
  public double best() {
    return best;
  }

  /// Returns how many evaluations in a row were not better than one before them.
  public int evaluationsSinceBest() {
    return evaluationsSinceBest;
  }

  /// Returns whether the epoch that was finished last is still to be evaluated.
  public boolean isEvaluationPending() {
    return evaluationPending;
  }

  /// Returns the losses of a batch.
  ///
  /// @param batch the batch's tensors by name
  public SequencedMap<String, Tensor> losses(Outputs outputs, Map<String, Tensor> batch) {
    return loss.values(new LossInput(outputs, batch, networks.parameters()::get));
  }

  /// Updates the parameters by their gradients, which are cleared.
  public void update() {
    optimizers.step(updates, epoch);
    networks.parameters().clearGrads();
    updates++;
    served.ifPresent(ServedWeights::update);
  }

  /// Counts an epoch as finished.
  public void finishEpoch() {
    epoch++;
    evaluationPending = false;
  }

  /// Notes whether the epoch that was finished last is to be evaluated, which holds until [#evaluated] or the next epoch.
  public void expectEvaluation(boolean expected) {
    evaluationPending = expected;
  }

  /// Takes the figures of an evaluation of the epoch that was finished last, of which the first one decides what is best and what
  /// schedules observe.
  ///
  /// A first figure that is not finite is never the best, and schedules do not observe it.
  ///
  /// @return whether this is the best so far
  public boolean evaluated(Map<String, Double> figures) {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    evaluationPending = false;
    double value = figures.isEmpty() ? Double.NaN : figures.values().iterator().next();
    if (!Double.isFinite(value)) {
      evaluationsSinceBest++;
      return false;
    }
    boolean isBest = value >= best;
    evaluationsSinceBest = value > best ? 0 : evaluationsSinceBest + 1;
    best = Math.max(best, value);
    for (Optimizers.Scheduled s : optimizers.all()) {
      s.schedule().observe(s.schedule().byEpoch() ? epoch : updates, value);
    }
    latest = value;
    return isBest;
  }

  /// Runs `use` with the network that is evaluated.
  public <T> T withServed(Function<TorchNetwork, T> use) {
    return served.isPresent()
        ? networks.withServed(served.get().values(), use)
        : networks.withServed(use);
  }

  /// Returns whether an average or a blend is evaluated rather than the weights that training goes on with.
  public boolean servesOtherWeights() {
    return served.isPresent();
  }

  /// Returns all that is needed to go on from here. Its arrays are views: write it before the next update.
  public Checkpoint checkpoint() {
    Map<String, NDArray> raw = networks.parameters().views();
    var states = new LinkedHashMap<String, Double>();
    states.put(EPOCH, (double) epoch);
    states.put(UPDATES, (double) updates);
    if (best > Double.NEGATIVE_INFINITY) {
      states.put(METRIC, latest);
      states.put(BEST, best);
      states.put(SINCE_BEST, (double) evaluationsSinceBest);
    }
    if (evaluationPending) {
      states.put(TO_EVALUATE, 1.0);
    }
    return new Checkpoint(
        stored(served.map(ServedWeights::values).orElse(raw)),
        served.map(_ -> stored(raw)),
        optimizers.all().stream()
            .map(s -> new Checkpoint.OptimizerState(s.optimizer().state(), s.schedule().state()))
            .toList(),
        states);
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

  /// Goes on from a checkpoint.
  ///
  /// @param prefix where it was read from, for messages
  /// @throws IOException if it lacks a part of the state
  public void resume(Checkpoint checkpoint, Path prefix) throws IOException {
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
    List<Optimizers.Scheduled> own = optimizers.all();
    if (checkpoint.optimizers().size() != own.size()) {
      throw new IOException(
          prefix
              + ".pdopt holds "
              + checkpoint.optimizers().size()
              + " optimizers, the configuration has "
              + own.size());
    }
    networks.parameters().load(weights);
    served.ifPresent(s -> s.load(checkpoint.weights()));
    for (int i = 0; i < own.size(); i++) {
      Checkpoint.OptimizerState state = checkpoint.optimizers().get(i);
      own.get(i).optimizer().load(state.accumulators());
      own.get(i).schedule().restore(state.schedule());
    }
    epoch = checkpoint.epoch();
    updates = checkpoint.states().getOrDefault(UPDATES, 0.0).longValue();
    best = checkpoint.states().getOrDefault(BEST, Double.NEGATIVE_INFINITY);
    if (Double.isNaN(best)) {
      best = Double.NEGATIVE_INFINITY;
    }
    evaluationsSinceBest = checkpoint.states().getOrDefault(SINCE_BEST, 0.0).intValue();
    evaluationPending = checkpoint.states().containsKey(TO_EVALUATE);
    Double metric = checkpoint.states().get(METRIC);
    if (metric != null) {
      latest = metric;
      metrics = Map.of(METRIC, metric);
    }
  }

  @Override
  public void close() {
    served.ifPresent(ServedWeights::close);
    optimizers.close();
    networks.close();
  }
}
