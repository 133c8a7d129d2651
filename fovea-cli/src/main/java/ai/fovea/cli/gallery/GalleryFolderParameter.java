package ai.fovea.cli.gallery;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// The gallery that a command is about.
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class GalleryFolderParameter {
  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  Path folder() {
    return folder;
  }
}
