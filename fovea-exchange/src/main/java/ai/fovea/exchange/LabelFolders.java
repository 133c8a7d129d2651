package ai.fovea.exchange;

import ai.fovea.gallery.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Folders of pictures, one for each label: `shoes/1.jpg`, `shoes/2.jpg`, `mugs/1.jpg`.
public final class LabelFolders {
  private LabelFolders() {}

  /// Copies pictures to folders named after their labels. Files keep their names, with the picture's id in front where a folder
  /// would hold a name twice; characters of a label that can't be in a file's name become `_`, with a number behind where two labels
  /// would share a folder.
  ///
  /// @param images where the pictures' sources start, where they are not absolute
  /// @param to the folder to be filled; absent or empty
  /// @throws ExchangeException with every picture that has no source, or whose file is not there; nothing was copied
  public static void write(List<Entry> pictures, Path images, Path to) throws IOException {
    Findings findings = new Findings(to.toString());
    if (Files.exists(to) && !isEmpty(to)) {
      findings.add("the folder is not empty");
    }
    for (Entry picture : pictures) {
      String name = "picture " + picture.id() + " (" + picture.label() + ")";
      if (picture.source().isEmpty()) {
        findings.add(name + " has no source");
      } else if (!Files.isRegularFile(images.resolve(picture.source().get()))) {
        findings.add(name + ": " + images.resolve(picture.source().get()) + " is not there");
      }
    }
    findings.throwIfAny();
    FolderNames names = new FolderNames();
    Set<Path> taken = new HashSet<>();
    for (Entry picture : pictures) {
      Path from = images.resolve(picture.source().orElseThrow());
      Path folder = to.resolve(names.of(picture.label()));
      Path target = folder.resolve(from.getFileName());
      if (!taken.add(target)) {
        target = folder.resolve(picture.id() + "-" + from.getFileName());
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
