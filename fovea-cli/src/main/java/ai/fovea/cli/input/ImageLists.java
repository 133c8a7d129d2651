package ai.fovea.cli.input;

import ai.fovea.base.InputException;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Failures;
import ai.fovea.cli.ManyOfOneKind;
import ai.fovea.cli.gallery.GalleryReport;
import ai.fovea.cli.gallery.NewGallery;
import ai.fovea.image.FileKind;
import ai.fovea.image.ImageFiles;
import ai.fovea.lists.BadLine;
import ai.fovea.lists.Division;
import ai.fovea.lists.ListReader;
import ai.fovea.lists.ListReader.Rows;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds images and their labels.
///
/// | path | label |
/// |---|---|
/// | folder | the name of the folder in it in which an image lies; the given label for those right in it |
/// | image | the given label |
/// | any other file: a list | the rest of its line |
///
/// A line of a list is a path, a delimiter and a label. Without a given delimiter that is the first tab, or where there is none the last
/// blank before which there is an existing file. Lists for training have a further column, for instance a camera: what follows a
/// second tab, or a number after a blank, is left out.
///
/// @param root where the paths in lists begin; empty: at the list's folder
/// @param label the label of what has no other
/// @param delimiter what separates path and label in lists
public record ImageLists(Optional<Path> root, Optional<String> label, Optional<String> delimiter) {

  private static final int NAMED = 5;

  /// What was found.
  ///
  /// @param problems lines and files that can't be used, each with the reason
  /// @param places the files of those problems that are of one
  /// @param notes what was left alone on purpose
  public record Found(
      List<Labelled> images, List<String> problems, Map<String, Path> places, List<String> notes) {
    Found() {
      this(new ArrayList<>(), new ArrayList<>(), new HashMap<>(), new ArrayList<>());
    }

    /// The file that a problem is of; empty for one of a line, or of several files.
    public String image(String problem) {
      return Optional.ofNullable(places.get(problem)).map(Path::toString).orElse("");
    }

    private boolean isList() {
      return images.stream().anyMatch(p -> Files.exists(p.file()));
    }

    private void problem(Path file, String text) {
      problems.add(text);
      places.put(text, file);
    }

    private void addAll(Found more) {
      images.addAll(more.images);
      problems.addAll(more.problems);
      places.putAll(more.places);
      notes.addAll(more.notes);
    }
  }

  /// Looks through all that words of a command line stand for; paths in a list on standard input begin where the command was called,
  /// unless there is a root.
  public Found find(Inputs inputs) {
    List<Path> files = new ArrayList<>(inputs.paths());
    inputs.standardInput().ifPresent(files::remove);
    Found found = find(files);
    found.problems.addAll(inputs.problems());
    if (inputs.standardInput().isPresent()) {
      Found list =
          new ImageLists(root.or(() -> Optional.of(Path.of(""))), label, delimiter)
              .find(List.of(inputs.standardInput().get()));
      found.images.addAll(list.images);
      list.problems.stream().map(inputs::named).forEach(found.problems::add);
    }
    return found;
  }

  /// Looks through all paths; one that can't be used does not stop the others.
  public Found find(List<Path> paths) {
    Found found = new Found();
    for (Path path : paths) {
      try {
        if (Files.isDirectory(path)) {
          folder(path, found);
        } else if (!Files.exists(path)) {
          found.problem(path, Images.missing(path));
        } else if (label.isPresent()) {
          found.images.add(new Labelled(path, label.get()));
        } else if (FileKind.of(path).isImage()) {
          found.problem(path, path + ": a single image needs a label; name it with --label");
        } else {
          Found listed = new Found();
          list(path, listed);
          if (isAmongOthers(path, paths) && !listed.isList()) {
            found.problem(
                path,
                path
                    + ": neither an image nor a list of images: no line of it names a file that"
                    + " is there");
          } else {
            found.addAll(listed);
          }
        }
      } catch (IOException | InputException e) {
        found.problem(path, Failures.describe(e));
      }
    }
    return found;
  }

  /// Whether others of its folder are named beside a file, as by a shell that expands `photos/*`.
  private static boolean isAmongOthers(Path file, List<Path> named) {
    return named.stream()
        .anyMatch(p -> !p.equals(file) && Objects.equals(p.getParent(), file.getParent()));
  }

  /// Where the paths of a list begin, unless something else is said.
  static Path start(Path list) {
    return Optional.ofNullable(list.toAbsolutePath().getParent()).orElse(Path.of(""));
  }

  /// The images of a list, whether its lines have labels or not.
  ///
  /// @param start where relative paths begin
  /// @param problems gets the lines that can't name a file
  static List<Path> paths(Path list, Path start, List<String> problems) throws IOException {
    var division = new Division.BehindFile(Optional.empty(), start);
    Rows<Path> rows =
        read(
            list,
            new Division.Whole(),
            (text, _) -> {
              // A whole line that names a file has no label, whatever blanks it has.
              boolean whole = text.indexOf('\t') < 0 && Files.exists(path(start, text));
              return path(start, whole ? text : division.columns(text).getFirst());
            });
    problems.addAll(rows.problems(list));
    return rows.rows();
  }

  /// What a line stands for.
  @FunctionalInterface
  private interface Line<T> {
    T of(String text, List<String> columns) throws BadLine;
  }

  private static <T> Rows<T> read(Path file, Division division, Line<T> line) throws IOException {
    try {
      return ListReader.read(
          file,
          division,
          ListReader.EmptyLines.SKIPPED,
          (_, text, columns) -> Optional.of(line.of(text, columns)));
    } catch (CharacterCodingException e) {
      throw new CommandException(file + ": neither an image nor a list of images in UTF-8");
    }
  }

  private static Path path(Path start, String path) throws BadLine {
    try {
      return start.resolve(path);
    } catch (InvalidPathException e) {
      throw new BadLine(Failures.describe(e));
    }
  }

  private void folder(Path folder, Found found) throws IOException {
    ImageFiles files = ImageFiles.find(folder);
    files.problems().forEach(p -> found.problem(p.path(), p.text()));
    found.notes.addAll(files.notes());
    Set<Path> used =
        files.problems().stream().map(ImageFiles.Problem::path).collect(Collectors.toSet());
    Set<String> overridden = new TreeSet<>();
    for (Path image : files.images()) {
      Path below = folder.relativize(image);
      if (label.isPresent() && below.getNameCount() > 1) {
        overridden.add(below.getName(0).toString());
      }
      used.add(folder.resolve(below.getName(0)));
      Optional<String> name =
          label.or(() ->
              below.getNameCount() > 1
                  ? Optional.of(below.getName(0).toString())
                  : Optional.empty());
      name.ifPresentOrElse(
          l -> found.images.add(new Labelled(image, l)),
          () ->
              found.problem(
                  image,
                  image
                      + ": lies in no label's folder; put it into "
                      + folder.resolve("LABEL")
                      + ", or name its label with --label"));
    }
    if (!overridden.isEmpty()) {
      found.notes.add(
          folder
              + ": all of its images get the label '"
              + label.orElseThrow()
              + "' of --label, also those in the "
              + GalleryReport.counted(overridden.size(), "folder")
              + " "
              + String.join(", ", overridden.stream().limit(NAMED).toList())
              + (overridden.size() > NAMED ? ", ..." : ""));
    }
    if (files.images().isEmpty()) {
      found.problem(
          folder, folder + ": no images; a folder per label was expected, with images in it");
    } else if (label.isEmpty()) {
      emptyLabels(folder, used, found);
    }
  }

  /// Reports the folders from which nothing came and of which nothing was said yet.
  private static void emptyLabels(Path folder, Set<Path> used, Found found) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      inside
          .filter(f -> Files.isDirectory(f) && !ImageFiles.isSystemFolder(f) && !used.contains(f))
          .sorted()
          .forEach(f -> {
            if (NewGallery.isThere(f)) {
              found.notes.add(f + ": a gallery, not taken for a label");
            } else {
              found.problem(f, ManyOfOneKind.EMPTY_LABELS.problem(f.toString()));
            }
          });
    }
  }

  private void list(Path file, Found found) throws IOException {
    Path start = root.orElseGet(() -> start(file));
    Rows<Labelled> rows =
        read(
            file,
            new Division.BehindFile(delimiter, start),
            (text, columns) -> {
              String name = columns.size() < 2 ? "" : name(text, columns.getLast());
              if (name.isEmpty()) {
                throw new BadLine(
                    "no label; expected "
                        + delimiter
                            .map(d -> "'path" + d.replace("\t", "<TAB>") + "label'")
                            .orElse("'path<TAB>label' or 'path label'"));
              }
              return new Labelled(path(start, columns.getFirst()), name);
            });
    if (rows.rows().isEmpty() && rows.bad().isEmpty()) {
      found.problem(file, file + ": an empty list; expected a line 'path<TAB>label' an image");
    }
    found.images.addAll(rows.rows());
    found.problems.addAll(rows.problems(file));
  }

  /// The label of a line, without a further column, as lists for training have.
  private String name(String line, String rest) {
    boolean blank = delimiter.map(" "::equals).orElse(line.indexOf('\t') < 0);
    if (blank) {
      return rest.replaceFirst("^(\\S+) +[0-9]+$", "$1");
    }
    return rest.contains("\t") ? rest.substring(0, rest.indexOf('\t')).strip() : rest;
  }
}
