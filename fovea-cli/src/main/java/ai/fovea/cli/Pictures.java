package ai.fovea.cli;

import ai.fovea.image.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The images that paths of a command name.
///
/// @param images files as they are named, and those found in folders, sorted
/// @param problems paths and files that can't be used, each with the reason
/// @param warnings what was used although something is wrong with it
/// @param notes what was left alone on purpose
record Pictures(
    List<Path> images, List<String> problems, List<String> warnings, List<String> notes) {

  /// Looks through files and folders; one that can't be used does not stop the others.
  static Pictures of(List<Path> paths) {
    Pictures found =
        new Pictures(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        found.folder(path);
      } else if (Files.exists(path)) {
        found.images.add(path);
      } else {
        found.problems.add(missing(path));
      }
    }
    return found;
  }

  /// Tells people of all that is to be told.
  void tell(Common common) {
    problems.forEach(common::problem);
    warnings.forEach(common::warning);
    notes.forEach(common::note);
  }

  /// Tells programs.
  void put(Map<String, Object> result) {
    result.put("problems", problems);
    result.put("warnings", warnings);
    result.put("notes", notes);
  }

  /// The images below a folder, sorted.
  static List<Path> below(Path folder) throws IOException {
    return ImageFiles.find(folder).images();
  }

  /// Why a path that is not there is not there.
  static String missing(Path path) {
    return path
        + (Files.isSymbolicLink(path)
            ? ": a link to something that is not there"
            : ": no such file or folder");
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
    } catch (IOException e) {
      problems.add(Failures.describe(e));
    }
  }
}
