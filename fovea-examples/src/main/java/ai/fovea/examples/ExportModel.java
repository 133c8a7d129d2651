package ai.fovea.examples;

import ai.fovea.export.Exporter;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.Embedder;
import ai.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/// Trains, and writes the network with its weights as a model folder, which is all that recognition
/// needs.
public final class ExportModel {
  private ExportModel() {}

  /// Prints the length of the features of the exported model.
  public static void main(String[] args) throws IOException {
    Path model = export(Samples.folder());
    try (var embedder = Embedder.open(model)) {
      System.out.println(model + " makes vectors of " + embedder.dimension() + " values");
    }
  }

  static Path export(Path folder) throws IOException {
    Recipe recipe = Samples.toy(folder.resolve("output"), "Global.epochs=1");
    Path weights = new Trainer(recipe, 1, _ -> {}).run().weights().orElseThrow();
    Recipe trained = Samples.toy(folder.resolve("output"), "Global.pretrained_model=" + weights);
    Path model = folder.resolve("model");
    Exporter.export(trained, model, System.out::println);
    return model;
  }
}
