package ai.fovea.cli.gallery;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Folders as a whole.
public final class Folders {
  private Folders() {}

  /// Whether a path is absent or an empty folder.
  public static boolean isFree(Path place) throws IOException {
    if (!Files.exists(place)) {
      return true;
    }
    if (!Files.isDirectory(place)) {
      return false;
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.findAny().isEmpty();
    }
  }

  /// Deletes a folder that is empty; one that is not stays, since somebody has put something into it.
  ///
  /// @return whether it is gone
  static boolean deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  /// Deletes all that is in a folder, which stays; links in it are deleted, not followed.
  static void empty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          if (Files.isSymbolicLink(file)) {
            Files.delete(file);
          } else {
            delete(file);
          }
        }
      }
    }
  }

  /// Deletes a folder with all that is in it, if it is there; links are deleted, not followed.
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
