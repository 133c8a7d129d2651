package ai.fovea.cli.input;

import ai.fovea.base.InputException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.image.FileKind;
import ai.fovea.image.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The images that paths of a command name.
///
/// @param inputs what the paths stand for
/// @param images files as they are named, and those found in folders, sorted
/// @param problems paths and files that can't be used, each with the reason
/// @param warnings what was used although something is wrong with it
/// @param notes what was left alone on purpose
public record Images(
    Inputs inputs,
    List<Path> images,
    List<String> problems,
    List<String> warnings,
    List<String> notes) {

  /// Looks through files, folders and lists; one that can't be used does not stop the others.
  public static Images of(Inputs inputs) {
    Images found =
        new Images(
            inputs,
            new ArrayList<>(),
            new ArrayList<>(inputs.problems()),
            new ArrayList<>(),
            new ArrayList<>());
    for (Path path : inputs.paths()) {
      if (Files.isDirectory(path)) {
        found.folder(path);
      } else if (Files.exists(path)) {
        found.file(path);
      } else {
        found.problems.add(missing(path));
      }
    }
    return found;
  }

  /// The images of a list that was looked through.
  public static Images of(ImageLists.Found list) {
    return new Images(
        Inputs.ofPaths(List.of()),
        list.images().stream().map(Labelled::file).toList(),
        new ArrayList<>(list.problems()),
        new ArrayList<>(),
        new ArrayList<>(list.notes()));
  }

  /// Tells people of all that is to be told.
  public void tell(Common common) {
    problems.stream().map(inputs::named).forEach(common::problem);
    warnings.stream().map(inputs::named).forEach(common::warning);
    notes.forEach(common::note);
  }

  /// Tells programs.
  public void put(Map<String, Object> result) {
    result.put("problems", problems.stream().map(inputs::named).toList());
    result.put("warnings", warnings.stream().map(inputs::named).toList());
    result.put("notes", notes);
  }

  /// Why a path that is not there is not there.
  public static String missing(Path path) {
    return path
        + (Files.isSymbolicLink(path)
            ? ": a link to something that is not there"
            : ": no such file or folder");
  }

  /// An image, or a list of images: a file that is none itself, and in which lines name files that are there.
  private void file(Path path) {
    try {
      List<String> unusable = new ArrayList<>();
      List<Path> listed =
          FileKind.of(path).isImage()
              ? List.of()
              : ImageLists.paths(
                  path,
                  inputs.standardInput().filter(path::equals).isPresent()
                      ? Path.of("")
                      : ImageLists.start(path),
                  unusable);
      if (listed.stream().noneMatch(Files::exists)) {
        images.add(path);
      } else {
        problems.addAll(unusable);
        Map<Boolean, List<Path>> there =
            listed.stream().collect(Collectors.partitioningBy(Files::exists));
        images.addAll(there.getOrDefault(true, List.of()));
        there.getOrDefault(false, List.of()).forEach(p -> problems.add(path + ": " + missing(p)));
      }
    } catch (IOException | InputException e) {
      images.add(path); // no list: what reads it as an image says what is wrong with it
    }
  }

  private void folder(Path folder) {
    try {
      ImageFiles below = ImageFiles.find(folder);
      images.addAll(below.images());
      below.problems().forEach(p -> problems.add(p.text()));
      notes.addAll(below.notes());
      if (below.images().isEmpty()) {
        problems.add(folder + ": no images in this folder");
      }
    } catch (IOException | InputException e) {
      problems.add(Failures.describe(e));
    }
  }
}
