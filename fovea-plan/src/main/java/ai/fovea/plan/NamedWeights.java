package ai.fovea.plan;

import ai.fovea.config.ConfigException;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The weights that a configuration names.
public final class NamedWeights {
  private NamedWeights() {}

  /// Where the weights lie that are measured or exported.
  ///
  /// @param done what is to be done with them, e.g. `measured`
  /// @throws ConfigException where no weights are named, or two
  public static Named source(Recipe recipe, String done) {
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
  public static List<Named> starts(Recipe recipe) {
    Stream<Optional<Named>> ofMembers =
        recipe.architecture().members().stream()
            .filter(m -> !m.name().isEmpty())
            .flatMap(m ->
                Stream.of(
                    named("Arch.models: " + m.name() + ".pretrained", m.pretrained()),
                    named(
                        "Arch.models: " + m.name() + ".Backbone.pretrained",
                        m.backbonePretrained())));
    return Stream.concat(
            Stream.of(
                named("Arch.Backbone.pretrained", recipe.backbonePretrained()),
                named("Global.pretrained_model", recipe.pretrained())
                    .or(() -> named("Arch.pretrained", recipe.archPretrained()))),
            ofMembers)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Named> named(String key, Optional<Path> path) {
    return path.map(p -> new Named(key, p));
  }

  /// Weights that a configuration names.
  ///
  /// @param key where
  public record Named(String key, Path path) {
    /// Why they are not there, if they are not.
    public Optional<String> missing() {
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
  public static Map<String, NDArray> complete(Recipe recipe, Graph graph, String done)
      throws IOException {
    Path from = source(recipe, done).path();
    String source = Pretrained.file(from).toString();
    Architecture.Member served = recipe.architecture().served();
    Map<String, NDArray> weights = Pretrained.read(from, () -> served.backbone(recipe.imageSize()));
    var fit = Pretrained.fit(source, served.own(weights), graph.params());
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
}
