package ai.fovea.train;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op;
import ai.fovea.plan.ModelGraphs;
import ai.fovea.plan.Pretrained;
import ai.fovea.plan.Recipe;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

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
    Graph graph = ModelGraphs.trained(recipe, trainSize);
    this.serving = ModelGraphs.serving(recipe);
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

  private void load(Recipe recipe, Path from, Graph graph) throws IOException {
    var fit =
        Pretrained.fit(
            from.toString(), Pretrained.read(from, () -> ModelGraphs.backbone(recipe)), graph);
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
