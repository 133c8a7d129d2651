package ai.fovea.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A gallery, and where pictures and their labels for it come from; [PictureLists] tells how.
@SuppressWarnings("NullAway.Init") // picocli sets the field
final class LabelledPictures {
  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path gallery;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = {
        "A folder with one folder of pictures per label;",
        "or a list file with lines 'path<TAB>label' or 'path label';",
        "or, with --label, single pictures and plain folders."
      })
  private List<Path> paths = List.of();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Where the paths in list files begin; left out: at the list file's folder.")
  private Optional<Path> root = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "The label of single pictures and of pictures right in a folder.")
  private Optional<String> label = Optional.empty();

  /// The folder of the gallery that the pictures are for.
  Path gallery() {
    return gallery;
  }

  /// Looks through all paths.
  ///
  /// @throws IOException where a path does not exist or a list can't be read
  PictureLists.Found find() throws IOException {
    return new PictureLists(root, label, Optional.empty()).find(paths);
  }
}
