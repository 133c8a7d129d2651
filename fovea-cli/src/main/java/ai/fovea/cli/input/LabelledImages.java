package ai.fovea.cli.input;

import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.gallery.Sources;
import ai.fovea.config.ShellWords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A gallery, and where images and their labels for it come from; [ImageLists] tells how.
public final class LabelledImages {
  private static final int LONG = 300; // characters

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
        "A folder with one folder of images per label;",
        "or a list file with lines 'path<TAB>label' or 'path label';",
        "or, with --label, single images and plain folders;",
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
      description = "The label of single images and of images right in a folder.")
  private Optional<String> label = Optional.empty();

  /// The folder of the gallery that the images are for.
  public Path gallery(Common common) {
    return gallery(Optional.empty(), common);
  }

  /// The same.
  ///
  /// @param configured what a configuration says, which counts where none was named
  public Path gallery(Optional<Path> configured, Common common) {
    return gallery
        .or(() -> configured)
        .orElseThrow(() -> common.wrongUsage("no gallery: name its folder"));
  }

  /// Whether any images were named; without, a configuration's list has labels and root of its own.
  public boolean isNamed(Common common) {
    if (paths.isEmpty() && (root.isPresent() || label.isPresent())) {
      throw common.wrongUsage(
          (root.isPresent() ? "--root" : "--label")
              + " is for images that are named here; a configuration has"
              + " IndexProcess.image_root and a list with labels");
    }
    return !paths.isEmpty();
  }

  /// What was named, in one line that is the same wherever the same is named again.
  public String named() {
    List<String> words = new ArrayList<>();
    paths.forEach(path -> words.add(path.equals("-") ? path : Sources.absolute(path)));
    root.ifPresent(r -> words.addAll(List.of("--root", Sources.absolute(r.toString()))));
    label.ifPresent(l -> words.addAll(List.of("--label", l)));
    return named(words);
  }

  /// Words in one line, of very many the first and a digest.
  public static String named(List<String> words) {
    String all =
        Failures.visible(words.stream().map(ShellWords::quoted).collect(Collectors.joining(" ")));
    return all.length() <= LONG
        ? all
        : all.substring(0, LONG) + " ... (%d words, %08x)".formatted(words.size(), all.hashCode());
  }

  /// Looks through all paths.
  public ImageLists.Found find(Common common) throws IOException {
    if (paths.isEmpty()) {
      throw common.wrongUsage("no images: name a folder, a list, or images with --label");
    }
    Inputs inputs = Inputs.of(paths, common);
    if (inputs.standardInput().isPresent() && label.isPresent()) {
      throw common.wrongUsage("- reads a list, whose lines have labels: leave out --label");
    }
    return new ImageLists(root, label, Optional.empty()).find(inputs);
  }
}
