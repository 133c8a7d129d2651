package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelCheck;
import ai.fovea.recognize.ModelId;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Refuses a gallery of another model, with what to do about it: vectors of two models can't be compared.
public final class GalleryModelCheck {
  private GalleryModelCheck() {}

  private static final String REMEDY =
      "name its model with --model, or make its vectors anew with `fovea gallery reembed`";

  /// Refuses a gallery of another model.
  ///
  /// @param notes is told where the gallery has an id of an earlier version
  public static void check(
      Path folder, GalleryReader gallery, Embedder embedder, Consumer<String> notes) {
    check(folder, gallery, embedder.id(), embedder.name(), notes);
  }

  /// Refuses a gallery of another model.
  public static void check(
      Path folder, GalleryReader gallery, ModelId id, String name, Consumer<String> notes) {
    String remembered = gallery.info().settings().modelId();
    ModelId.Match match = ModelCheck.require(folder.toString(), remembered, name, id, REMEDY);
    if (match == ModelId.Match.SAME_BY_EARLIER_ID) {
      notes.accept(
          "%s: made with this model by an earlier version of Fovea, whose id for it it keeps (%.20s)"
              .formatted(folder, remembered));
    }
  }

  /// Refuses vectors of a model that only its id is known of.
  ///
  /// @param made the id that is said of the vectors
  /// @param model in use, which may know both ids as its own
  public static void check(Path folder, GalleryReader gallery, String made, ModelId model)
      throws CommandException {
    String remembered = gallery.info().settings().modelId();
    boolean same =
        remembered.equals(made)
            || (model.match(made) != ModelId.Match.DIFFERENT
                && model.match(remembered) != ModelId.Match.DIFFERENT);
    if (!same) {
      throw new CommandException(
          "%s: made with another model (%.20s) than the one named (%.20s), and their vectors can't be compared; %s"
              .formatted(folder, remembered, made, REMEDY));
    }
  }
}
