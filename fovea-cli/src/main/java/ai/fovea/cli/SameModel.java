package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.recognize.Embedder;
import java.nio.file.Path;

/// Vectors of two models can't be compared.
final class SameModel {
  private SameModel() {}

  static void check(Path folder, Gallery gallery, Embedder embedder) throws CommandException {
    String theirs = gallery.info().settings().modelId();
    if (!theirs.equals(embedder.modelId())) {
      throw new CommandException(
          "%s: made with another model (%.12s…) than %s (%.12s…); name its model with --model, or build it again"
              .formatted(folder, theirs, embedder.name(), embedder.modelId()));
    }
  }
}
