package ai.fovea.cli;

import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.recognize.Embedder;
import java.nio.file.Path;

/// Refuses a gallery of another model, with what to do about it.
final class ModelCheck {
  private ModelCheck() {}

  static void check(Path folder, GalleryReader gallery, Embedder embedder) throws CommandException {
    check(folder, gallery, embedder.modelId(), embedder.name());
  }

  static void check(Path folder, GalleryReader gallery, String modelId) throws CommandException {
    check(folder, gallery, modelId, "the one named");
  }

  private static void check(Path folder, GalleryReader gallery, String modelId, String name)
      throws CommandException {
    GallerySettings settings = gallery.info().settings();
    if (!settings.isOfModel(modelId)) {
      throw new CommandException(
          "%s: made with another model (%.20s) than %s (%.20s), and their vectors can't be compared; name its model with --model, or make its vectors anew with `fovea gallery reembed`"
              .formatted(folder, settings.modelId(), name, modelId));
    }
  }
}
