package ai.fovea.train;

import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.plan.Architecture;
import ai.fovea.plan.Pretrained;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.MovingAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Makes the state that a configuration's training begins with: networks, the weights they start from, optimizers.
final class StateReader {
  private final Recipe recipe;
  private final Plan.Training training;
  private final Architecture architecture;
  private final Consumer<String> notes;

  /// The weights that training started from, by full name; empty where it starts from scratch.
  private final Map<String, NDArray> start = new LinkedHashMap<>();

  StateReader(Recipe recipe, Plan.Training training, Consumer<String> notes) {
    this.recipe = recipe;
    this.training = training;
    this.architecture = recipe.architecture();
    this.notes = notes;
  }

  /// @param size of the images that training sees
  TrainState read(Op.Size size, int threads) throws IOException {
    TrainNetworks networks = networks(size);
    try {
      load(networks);
      if (recipe.imprintHead()) {
        Imprinting.head(recipe, networks, training.data(), threads);
        notes.accept("the head starts as the mean features of the classes");
      }
      Optimizers optimizers =
          Optimizers.of(
              training.optimizers(),
              networks.parameters(),
              training.loss(),
              recipe.arch().text("name"),
              training.steps().updates());
      return new TrainState(networks, training.loss(), optimizers, served(networks));
    } catch (IOException | RuntimeException e) {
      networks.close();
      throw e;
    }
  }

  private TrainNetworks networks(Op.Size size) {
    List<TrainNetworks.Trained> trained = new ArrayList<>();
    for (Architecture.Member m : architecture.members()) {
      trained.add(
          new TrainNetworks.Trained(
              m.name(), m.training(size, recipe.freezeNormStats()), m.frozen()));
    }
    return TrainNetworks.create(
        trained,
        architecture.served().name(),
        architecture.served().serving(recipe.imageSize()),
        training.loss().parameters(),
        new SplittableRandom(recipe.seed()));
  }

  private Optional<ServedWeights> served(TrainNetworks networks) {
    if (recipe.ema().isPresent()) {
      return Optional.of(
          new ServedWeights.Averaged(
              networks.parameters(),
              new MovingAverage(networks.parameters(), recipe.ema().getAsDouble())));
    }
    if (recipe.pretrainedShare().isPresent() && start.isEmpty()) {
      throw new ConfigException(
          "Global.pretrained_share: a share of which weights? Name those that training started"
              + " from, e.g. -o Global.pretrained_model=FILE");
    }
    return recipe.pretrainedShare().isPresent()
        ? Optional.of(
            new ServedWeights.Blended(
                networks.parameters(), start, recipe.pretrainedShare().getAsDouble()))
        : Optional.empty();
  }

  private void load(TrainNetworks networks) throws IOException {
    for (Architecture.Member m : architecture.members()) {
      Graph graph = networks.training(m.name()).graph();
      if (m.backbonePretrained().isPresent()) {
        load(networks, m, graph, m.backbonePretrained().get());
      }
      boolean replaced = recipe.pretrained().isPresent() && !architecture.isDistillation();
      if (m.pretrained().isPresent() && !replaced) {
        load(networks, m, graph, m.pretrained().get());
      }
    }
    if (recipe.pretrained().isPresent()) {
      loadAll(networks, recipe.pretrained().get());
    }
  }

  /// Weights of all networks by full name, or those of the served one under its own names.
  private void loadAll(TrainNetworks networks, Path from) throws IOException {
    Architecture.Member served = architecture.served();
    Map<String, NDArray> weights = Pretrained.read(from, () -> served.backbone(recipe.imageSize()));
    boolean whole = weights.keySet().stream().anyMatch(networks.parameters().names()::contains);
    if (!whole || !architecture.isDistillation()) {
      load(networks, served, networks.training(served.name()).graph(), from);
      return;
    }
    var fit = Pretrained.fit(from.toString(), weights, networks.parameters().params());
    take(networks, "", fit);
  }

  private void load(TrainNetworks networks, Architecture.Member member, Graph graph, Path from)
      throws IOException {
    Map<String, NDArray> weights = Pretrained.read(from, () -> member.backbone(recipe.imageSize()));
    take(networks, member.prefix(), Pretrained.fit(from.toString(), weights, graph.params()));
  }

  private void take(TrainNetworks networks, String prefix, Pretrained.Fit fit) {
    var named = new LinkedHashMap<String, NDArray>();
    fit.fitting().forEach((name, value) -> named.put(prefix + name, value));
    networks.parameters().load(named);
    if (recipe.pretrainedShare().isPresent()) {
      // Copies: a training takes longer than people leave a file alone that is mapped.
      named.keySet().forEach(name -> start.put(name, networks.parameters().get(name).toArray()));
    }
    fit.notes().forEach(notes);
  }
}
