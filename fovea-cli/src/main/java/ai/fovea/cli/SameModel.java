package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.recognize.Embedder;
import java.nio.file.Path;

/// Vectors of two models can't be compared.
final class SameModel {
  private SameModel() {}

  static void check(Path folder, Gallery gallery, Embedder embedder) throws CommandException {
    check(folder, gallery, embedder.modelId(), embedder.name());
  }

  static void check(Path folder, Gallery gallery, String modelId) throws CommandException {
    check(folder, gallery, modelId, "the one named");
  }

  private static void check(Path folder, Gallery gallery, String modelId, String name)
      throws CommandException {
    String theirs = gallery.info().settings().modelId();
    if (!theirs.equals(modelId)) {
      throw new CommandException(
          "%s: made with another model (%.20s) than %s (%.20s), and their vectors can't be compared; name its model with --model, or make its vectors anew with `fovea gallery reembed`"
              .formatted(folder, theirs, name, modelId));
    }
  }
}
