package ai.fovea.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A gallery, and where pictures and their labels for it come from; [PictureLists] tells how.
final class LabelledPictures {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "GALLERY",
      description = "The folder of the gallery.")
  private Optional<Path> gallery = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PATH",
      description = {
        "A folder with one folder of pictures per label;",
        "or a list file with lines 'path<TAB>label' or 'path label';",
        "or, with --label, single pictures and plain folders;",
        "or a pattern such as 'photos/**/*.jpg'; or - for a list on standard input."
      })
  private List<String> paths = List.of();

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
  Path gallery(Common common) {
    return gallery(Optional.empty(), common);
  }

  /// The same.
  ///
  /// @param configured what a configuration says, which counts where none was named
  Path gallery(Optional<Path> configured, Common common) {
    return gallery
        .or(() -> configured)
        .orElseThrow(() -> common.wrongUsage("no gallery: name its folder"));
  }

  /// Whether any pictures were named; without, a configuration's list has labels and root of its own.
  boolean isNamed(Common common) {
    if (paths.isEmpty() && (root.isPresent() || label.isPresent())) {
      throw common.wrongUsage(
          (root.isPresent() ? "--root" : "--label")
              + " is for pictures that are named here; a configuration has"
              + " IndexProcess.image_root and a list with labels");
    }
    return !paths.isEmpty();
  }

  /// Looks through all paths.
  PictureLists.Found find(Common common) throws IOException {
    if (paths.isEmpty()) {
      throw common.wrongUsage("no pictures: name a folder, a list, or pictures with --label");
    }
    Inputs inputs = Inputs.of(paths, common);
    if (inputs.standardInput().isPresent() && label.isPresent()) {
      throw common.wrongUsage("- reads a list, whose lines have labels: leave out --label");
    }
    return new PictureLists(root, label, Optional.empty()).find(inputs);
  }
}
