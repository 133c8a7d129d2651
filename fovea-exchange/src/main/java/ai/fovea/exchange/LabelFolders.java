package ai.fovea.exchange;

import ai.fovea.base.Problems;
import ai.fovea.gallery.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Folders of images, one for each label: `shoes/1.jpg`, `shoes/2.jpg`, `mugs/1.jpg`.
public final class LabelFolders {
  private LabelFolders() {}

  /// Copies images to folders named after their labels. Files keep their names, with the image's id in front where a folder
  /// would hold a name twice; characters of a label that can't be in a file's name become `_`, with a number behind where two labels
  /// would share a folder.
  ///
  /// @param root where the images' sources start, where they are not absolute
  /// @param to the folder to be filled; absent or empty
  /// @throws ExchangeException with every image that has no source, or whose file is not there; nothing was copied
  public static void write(List<Entry> images, Path root, Path to) throws IOException {
    Problems problems = new Problems();
    if (Files.exists(to) && !isEmpty(to)) {
      problems.add("the folder is not empty");
    }
    for (Entry image : images) {
      String name = "image " + image.id() + " (" + image.label() + ")";
      if (image.source().isEmpty()) {
        problems.add(name + " has no source");
      } else if (!Files.isRegularFile(root.resolve(image.source().get()))) {
        problems.add(name + ": " + root.resolve(image.source().get()) + " is not there");
      }
    }
    problems.throwIfAny(ExchangeException.of(to.toString()));
    FolderNames names = new FolderNames();
    Set<Path> taken = new HashSet<>();
    for (Entry image : images) {
      Path from = root.resolve(image.source().orElseThrow());
      Path folder = to.resolve(names.of(image.label()));
      Path target = folder.resolve(from.getFileName());
      if (!taken.add(target)) {
        target = folder.resolve(image.id() + "-" + from.getFileName());
        taken.add(target);
      }
      Files.createDirectories(folder);
      Files.copy(from, target, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.findAny().isEmpty();
    }
  }
}
