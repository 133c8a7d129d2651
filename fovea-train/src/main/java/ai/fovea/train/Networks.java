package ai.fovea.train;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.models.Models;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One set of parameters seen through two graphs: the one that trains, at the size of the training pictures and with
/// labels, and the one that is evaluated and exported. Owns the parameters.
final class Networks implements AutoCloseable {
  private final TorchParameters parameters;
  private final TorchNetwork training;
  private final Graph serving;
  private final List<String> notes = new ArrayList<>();

  /// The weights that training started from, by name; empty where it starts from scratch.
  private final Map<String, NDArray> start = new LinkedHashMap<>();

  Networks(Recipe recipe, Op.Size trainSize) throws IOException {
    Graph graph = trained(recipe, trainSize);
    this.serving = serving(recipe);
    this.parameters = TorchParameters.initialize(graph, new SplittableRandom(recipe.seed()));
    this.training = new TorchNetwork(graph, parameters);
    try {
      if (recipe.backbonePretrained().isPresent()) {
        load(recipe, recipe.backbonePretrained().get(), graph);
      }
      Optional<Path> whole = recipe.pretrained().or(recipe::archPretrained);
      if (whole.isPresent()) {
        load(recipe, whole.get(), graph);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// The graph that is trained, at the size of training images.
  static Graph trained(Recipe recipe, Op.Size size) {
    Graph graph = Models.build(recipe.arch(), size, true);
    return recipe.freezeNormStats()
        ? graph.map(op ->
            op instanceof Normalization.BatchNorm b
                ? new Normalization.BatchNorm(b.epsilon(), b.momentum(), true)
                : op)
        : graph;
  }

  /// The backbone alone, under its own names: what weights from elsewhere are for.
  static Graph backbone(Recipe recipe) {
    Config own = recipe.arch().find("Backbone").orElse(recipe.arch());
    return Models.build(own, recipe.imageSize(), false);
  }

  /// The graph that is evaluated and exported.
  static Graph serving(Recipe recipe) {
    return Models.build(recipe.arch(), recipe.imageSize(), false);
  }

  /// Where the weights lie that are measured or exported.
  ///
  /// @param done what is to be done with them, e.g. `measured`
  /// @throws ConfigException where no weights are named, or two
  static Named source(Recipe recipe, String done) {
    if (recipe.pretrained().isPresent() && recipe.checkpoints().isPresent()) {
      throw new ConfigException(
          "Global.pretrained_model and Global.checkpoints both name weights: which are to be "
              + done
              + "? Set the other to None, e.g. -o Global.checkpoints=None");
    }
    return Stream.of(
            named("Global.pretrained_model", recipe.pretrained()),
            named("Global.checkpoints", recipe.checkpoints()),
            named("Arch.pretrained", recipe.archPretrained()),
            named("Arch.Backbone.pretrained", recipe.backbonePretrained()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() ->
            new ConfigException(
                "Global.pretrained_model: which weights are to be "
                    + done
                    + "? e.g. -o Global.pretrained_model="
                    + recipe.output().resolve("best_model")));
  }

  /// All weights that training starts from, without a checkpoint to go on from.
  static List<Named> starts(Recipe recipe) {
    return Stream.of(
            named("Arch.Backbone.pretrained", recipe.backbonePretrained()),
            named("Global.pretrained_model", recipe.pretrained())
                .or(() -> named("Arch.pretrained", recipe.archPretrained())))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Named> named(String key, Optional<Path> path) {
    return path.map(p -> new Named(key, p));
  }

  /// Weights that a configuration names.
  ///
  /// @param key where
  record Named(String key, Path path) {
    /// Why they are not there, if they are not.
    Optional<String> missing() {
      try {
        Pretrained.file(path);
        return Optional.empty();
      } catch (WeightsException e) {
        return Optional.of(e.getMessage() + ", named by " + key);
      }
    }
  }

  /// The weights that a configuration names, for every parameter of a network that is measured or exported: a network of
  /// which a part is random would give figures that mean nothing.
  ///
  /// @param done what is to be done with them, e.g. `measured`
  /// @throws ConfigException where no weights are named, or two
  /// @throws WeightsException where they lack tensors, naming them
  static Map<String, NDArray> complete(Recipe recipe, Graph graph, String done) throws IOException {
    Path from = source(recipe, done).path();
    String source = Pretrained.file(from).toString();
    var fit = Pretrained.fit(source, Pretrained.read(from, () -> backbone(recipe)), graph);
    List<String> missing =
        graph.params().stream()
            .filter(p -> p.kind() != Param.Kind.CONSTANT && p.stored())
            .map(Param::name)
            .filter(name -> !fit.fitting().containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new WeightsException(
          source
              + ": lacks "
              + missing.size()
              + " tensors of the network, so it can't be "
              + done
              + ": "
              + String.join(", ", missing.subList(0, Math.min(5, missing.size())))
              + (missing.size() > 5 ? ", …" : "")
              + fit.reshaped().stream()
                  .limit(5)
                  .map(line -> "\n  " + line)
                  .collect(Collectors.joining()));
    }
    return fit.fitting();
  }

  private void load(Recipe recipe, Path from, Graph graph) throws IOException {
    var fit = Pretrained.fit(from.toString(), Pretrained.read(from, () -> backbone(recipe)), graph);
    parameters.load(fit.fitting());
    if (recipe.pretrainedShare().isPresent()) {
      // Copies: a training takes longer than people leave a file alone that is mapped.
      fit.fitting().keySet().forEach(name -> start.put(name, parameters.get(name).toArray()));
    }
    notes.addAll(fit.notes());
  }

  /// One line for each thing worth knowing about the loaded weights.
  List<String> notes() {
    return notes;
  }

  TorchParameters parameters() {
    return parameters;
  }

  TorchNetwork training() {
    return training;
  }

  /// The present weights at the size of evaluation.
  TorchNetwork evaluated() {
    return new TorchNetwork(serving, parameters);
  }

  Graph serving() {
    return serving;
  }

  /// `share` of the weights that training started from and `1 - share` of the present ones, where both exist.
  Map<String, NDArray> blended(double share) {
    var out = new LinkedHashMap<String, NDArray>();
    parameters
        .views()
        .forEach((name, now) -> {
          NDArray then = start.get(name);
          if (then == null) {
            out.put(name, now);
            return;
          }
          float[] a = then.floats();
          float[] b = now.floats();
          float[] mixed = new float[a.length];
          for (int i = 0; i < a.length; i++) {
            mixed[i] = (float) (share * a[i] + (1 - share) * b[i]);
          }
          out.put(name, NDArray.of(mixed, now.shape().sizes()));
        });
    return out;
  }

  @Override
  public void close() {
    parameters.close();
  }
}
