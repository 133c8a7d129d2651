package ai.fovea.cli;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Which files are pictures.
final class Pictures {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "png", "bmp", "webp", "tif", "tiff", "gif");

  private Pictures() {}

  /// The pictures that these paths name: files as they are, folders by the files below them with a picture's ending,
  /// sorted.
  ///
  /// @throws IOException for the first path that does not exist
  static List<Path> of(List<Path> paths) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        List<Path> below = below(path);
        if (below.isEmpty()) {
          throw new CommandException(path + ": no pictures in this folder");
        }
        all.addAll(below);
      } else if (Files.exists(path)) {
        all.add(path);
      } else {
        throw new NoSuchFileException(path.toString());
      }
    }
    return all;
  }

  /// All pictures below a folder, sorted by path.
  static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(f -> hasEnding(f) && Files.isRegularFile(f)).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      throw new CommandException(folder + ": can't be read: " + Failures.describe(e));
    }
  }

  /// Whether a file's name ends like a picture's; hidden files are none.
  static boolean hasEnding(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0
        && !name.startsWith(".")
        && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
