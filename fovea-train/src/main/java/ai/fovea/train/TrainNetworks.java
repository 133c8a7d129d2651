package ai.fovea.train;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.plan.Architecture;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The networks of a training over one table of parameters: those that are run in each step, and the one that is evaluated and
/// exported, at a size of its own. Owns the parameters until it is closed. Not thread-safe.
///
/// In the table, and in checkpoints, the parameters of a network `Student` are called `Student.conv1.weight` and so on; those of
/// a network without a name keep theirs.
public final class TrainNetworks implements AutoCloseable {
  private final TorchParameters parameters;
  private final SequencedMap<String, TorchNetwork> training;
  private final String served;
  private final Graph serving;

  /// A network that is run in each step of training.
  ///
  /// @param name empty for a network that is alone
  /// @param frozen whether its parameters stay as they are
  public record Trained(String name, Graph graph, boolean frozen) {
    String prefix() {
      return Architecture.prefix(name);
    }
  }

  private TrainNetworks(
      TorchParameters parameters,
      SequencedMap<String, TorchNetwork> training,
      String served,
      Graph serving) {
    this.parameters = parameters;
    this.training = training;
    this.served = served;
    this.serving = serving;
  }

  /// Networks with fresh parameters.
  ///
  /// @param networks one at least
  /// @param served the name of the one that is evaluated and exported
  /// @param serving its graph, at the size of evaluation
  /// @param more parameters that no network has, e.g. those of losses
  /// @param random drawn from in the order of the networks, of their parameters, and of `more`
  /// @throws IllegalArgumentException if there is no network of the served name
  public static TrainNetworks create(
      List<Trained> networks,
      String served,
      Graph serving,
      List<Param> more,
      RandomGenerator random) {
    if (networks.stream().noneMatch(n -> n.name().equals(served))) {
      throw new IllegalArgumentException(
          "there is no network '"
              + served
              + "' among "
              + networks.stream().map(Trained::name).toList());
    }
    List<Param> all = new ArrayList<>();
    for (Trained network : networks) {
      for (Param p : network.graph().params()) {
        Param named = p.withName(network.prefix() + p.name());
        all.add(
            network.frozen() && p.kind() == Param.Kind.TRAINED
                ? named.withKind(Param.Kind.FROZEN)
                : named);
      }
    }
    all.addAll(more);
    TorchParameters parameters = TorchParameters.initialize(all, random);
    var training = new LinkedHashMap<String, TorchNetwork>();
    for (Trained network : networks) {
      training.put(
          network.name(), new TorchNetwork(network.graph(), parameters.within(network.prefix())));
    }
    return new TrainNetworks(
        parameters, Collections.unmodifiableSequencedMap(training), served, serving);
  }

  /// Returns all parameters by their full names.
  public TorchParameters parameters() {
    return parameters;
  }

  /// Returns the networks that are run in each step, by name.
  public SequencedMap<String, TorchNetwork> training() {
    return training;
  }

  /// Returns the network of that name that is run in each step.
  ///
  /// @throws IllegalArgumentException if there is none
  public TorchNetwork training(String name) {
    TorchNetwork found = training.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "there is no network '" + name + "', there are " + training.keySet());
    }
    return found;
  }

  /// Runs all networks in training mode.
  ///
  /// @param batch by name: `image` `[N, C, H, W]`, and `label` for networks with a margin head
  /// @return the outputs by network; they belong to the caller's scope
  public Outputs forward(Map<String, Tensor> batch) {
    var all = new LinkedHashMap<String, Map<String, Tensor>>();
    training.forEach((name, network) -> {
      var in = new LinkedHashMap<String, Tensor>();
      for (String input : network.graph().inputs().keySet()) {
        Tensor given = batch.get(input);
        if (given == null) {
          throw new IllegalArgumentException(
              "the network "
                  + (name.isEmpty() ? "" : name + " ")
                  + "takes '"
                  + input
                  + "'; the batch has "
                  + batch.keySet());
        }
        in.put(input, given);
      }
      all.put(name, network.run(in, true));
    });
    return Outputs.ofNetworks(all);
  }

  /// Returns the graph that is evaluated and exported.
  public Graph serving() {
    return serving;
  }

  /// Returns the name of the network that is evaluated and exported.
  public String served() {
    return served;
  }

  /// Runs `use` with the network that is evaluated and its present parameters, which are not copied. Tables that depend on the size
  /// of the images are those of its own size.
  public <T> T withServed(Function<TorchNetwork, T> use) {
    try (var own = parameters.within(Architecture.prefix(served)).withConstants(serving)) {
      return use.apply(new TorchNetwork(serving, own));
    }
  }

  /// Runs `use` with the network that is evaluated and a copy of these weights. Tables that depend on the size of the images are
  /// those of its own size.
  ///
  /// @param weights by full name
  public <T> T withServed(Map<String, NDArray> weights, Function<TorchNetwork, T> use) {
    try (var own = TorchParameters.of(serving, ofServed(weights))) {
      return use.apply(new TorchNetwork(serving, own));
    }
  }

  /// Returns the values of the served network under its own names.
  ///
  /// @param all by full name
  public Map<String, NDArray> ofServed(Map<String, NDArray> all) {
    return Architecture.within(served, all);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
