package ai.fovea.cli;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.options.Written;
import ai.fovea.image.FileKind;
import ai.fovea.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Finds out whether files and folders can be written, before anything is done for them.
public final class Outputs {
  private Outputs() {}

  /// What is wrong with a path that shall be written; empty where nothing is.
  public static Optional<String> problem(String value, Written as) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (as.endings().length > 0 && Arrays.stream(as.endings()).noneMatch(lower::endsWith)) {
      return Optional.of(value + ": must end with " + String.join(" or ", as.endings()));
    }
    Path path;
    try {
      path = Path.of(value);
    } catch (InvalidPathException e) {
      return Optional.of(Failures.describe(e));
    }
    return (as.folder() ? AtomicFile.obstacle(path) : file(path))
        .map(reason -> value + ": " + reason);
  }

  private static Optional<String> file(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of("is a folder, expected a file to write");
    }
    if (Files.exists(file)) {
      return Files.isWritable(file)
          ? Optional.empty()
          : Optional.of("is there and may not be written");
    }
    Path parent = file.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.exists(parent)) {
      return Optional.of("the folder " + parent + " does not exist");
    }
    return AtomicFile.obstacle(parent);
  }

  /// Whether a file that is there is the other, or one of its images where that is a folder.
  public static boolean isInput(String file, String other) {
    try {
      Path written = Path.of(file);
      Path read = Path.of(other);
      if (!Files.isRegularFile(written) || !Files.exists(read)) {
        return false;
      }
      return Files.isSameFile(written, read)
          || (written.toRealPath().startsWith(read.toRealPath())
              && FileKind.of(written).format().isPresent());
    } catch (IOException | ImageException | InvalidPathException e) {
      return false; // no path, which is told by whoever takes it for one
    }
  }
}
