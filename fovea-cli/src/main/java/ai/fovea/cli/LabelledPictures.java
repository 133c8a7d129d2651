package ai.fovea.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A gallery, and where pictures and their labels for it come from.
///
/// | path | label |
/// |---|---|
/// | folder | the name of the folder in it in which a picture lies; `--label` for those right in it |
/// | picture | `--label` |
/// | any other file: a list | the text after the tab, else after the last blank, of its line |
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

  /// What was found.
  ///
  /// @param problems lines and files that can't be used, each with the reason
  record Found(List<Labelled> pictures, List<String> problems) {}

  /// Looks through all paths.
  ///
  /// @throws IOException where a path does not exist or a list can't be read
  Found find() throws IOException {
    List<Labelled> pictures = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        folder(path, pictures, problems);
      } else if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      } else if (label.isPresent()) {
        pictures.add(new Labelled(path, label.get()));
      } else if (Pictures.hasEnding(path)) {
        problems.add(path + ": a single picture needs a label; name it with --label");
      } else {
        list(path, pictures, problems);
      }
    }
    return new Found(pictures, problems);
  }

  private void folder(Path folder, List<Labelled> pictures, List<String> problems)
      throws IOException {
    int before = pictures.size() + problems.size();
    List<Path> inside;
    try (Stream<Path> files = Files.list(folder)) {
      inside = files.sorted().toList();
    }
    for (Path path : inside) {
      if (Files.isDirectory(path)) {
        String name = path.getFileName().toString();
        if (!name.startsWith(".")) {
          Pictures.below(path).forEach(p -> pictures.add(new Labelled(p, label.orElse(name))));
        }
      } else if (Pictures.hasEnding(path)) {
        label.ifPresentOrElse(
            l -> pictures.add(new Labelled(path, l)),
            () ->
                problems.add(
                    path
                        + ": lies in no label's folder; put it into "
                        + folder.resolve("LABEL")
                        + ", or name its label with --label"));
      }
    }
    if (pictures.size() + problems.size() == before) {
      throw new CommandException(
          folder + ": no pictures; a folder per label was expected, with pictures in it");
    }
  }

  private void list(Path file, List<Labelled> pictures, List<String> problems) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw new CommandException(
          file
              + ": neither a picture by its ending nor a list of pictures in UTF-8; a picture with"
              + " another ending needs --label");
    }
    Path start =
        root.orElseGet(
            () -> Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("")));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replace("\uFEFF", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      int gap = line.indexOf('\t') >= 0 ? line.indexOf('\t') : line.lastIndexOf(' ');
      if (gap < 0) {
        problems.add(
            file
                + ":"
                + (i + 1)
                + ": no label; expected 'path<TAB>label' or 'path label': "
                + line);
        continue;
      }
      String text = line.substring(gap + 1).strip();
      // Lists for training may have a third column, for instance a camera.
      String name = text.indexOf('\t') >= 0 ? text.substring(0, text.indexOf('\t')) : text;
      pictures.add(new Labelled(start.resolve(line.substring(0, gap).strip()), name.strip()));
    }
  }
}
