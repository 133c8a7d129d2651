package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.base.UnitVectors;
import ai.fovea.export.Exporter;
import ai.fovea.graph.Graph;
import ai.fovea.image.ImageSource;
import ai.fovea.plan.NamedWeights;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.Embedder;
import ai.fovea.torch.TorchNetwork;
import ai.fovea.torch.TorchParameters;
import ai.fovea.train.metric.RetrievalEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is trained, exported and served is one network: the same features, the same recall.
@Tag("native")
class ExportTest {
  @TempDir Path folder;

  @Test
  void theExportedFolderGivesTheFeaturesAndTheRecallOfTheCheckpoint() throws IOException {
    Path data = Files.createDirectory(folder.resolve("images"));
    TinyImages.write(data);
    Path output = folder.resolve("output");
    // Long enough that no processor's way of rounding decides whether anything was learned: a
    // recall of 0.58 to 0.92.
    String epochs = "Global.epochs=32";
    String rate = "Optimizer.lr.learning_rate=0.02";
    new Trainer(TinyImages.recipe(data, output, epochs, rate), 1, _ -> {}).run();
    String weights = "Global.pretrained_model=" + output.resolve("RecModel/latest");
    Recipe recipe = TinyImages.recipe(data, output, epochs, rate, weights);
    Map<String, Double> recall = Trainer.evaluate(recipe, 1, _ -> {}).metrics();
    assertThat(recall).containsKeys("recall1", "recall3", "mAP");
    // Better than chance, so that equal figures mean something.
    assertThat(recall.get("recall1")).isGreaterThan(1.5 / TinyImages.CLASSES);

    Graph serving = recipe.architecture().served().serving(recipe.imageSize());
    Path model = folder.resolve("model");
    Exporter.export(recipe, model, _ -> {});
    Recipe.Data query = recipe.data("DataLoader.Eval.Query");
    Recipe.Data gallery = recipe.data("DataLoader.Eval.Gallery");
    try (Embedder embedder = Embedder.open(model);
        var parameters =
            TorchParameters.of(serving, NamedWeights.complete(recipe, serving, "measured"))) {
      float[][] served = served(embedder, query);
      float[][] trained =
          Evaluation.outputs(new TorchNetwork(serving, parameters), recipe.features(), query, 1);
      Arrays.stream(trained).forEach(UnitVectors::normalize);
      assertThat(served).hasDimensions(trained.length, trained[0].length);
      for (int i = 0; i < served.length; i++) {
        assertThat(served[i]).as("image " + i).containsExactly(trained[i], within(1e-4f));
      }
      var evaluation = RetrievalEvaluation.of(recipe.config().at("Metric"), "Eval");
      var again =
          evaluation.evaluate(
              served,
              query.list().samples(),
              served(embedder, gallery),
              gallery.list().samples(),
              true);
      assertThat(again).isEqualTo(recall);
    }
  }

  private static float[][] served(Embedder embedder, Recipe.Data data) throws IOException {
    return embedder.embedAll(data.files().stream().map(ImageSource::of).toList()).stream()
        .map(r -> r.toOptional().orElseThrow())
        .toArray(float[][]::new);
  }
}
