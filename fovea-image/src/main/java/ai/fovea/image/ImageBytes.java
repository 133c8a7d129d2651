package ai.fovea.image;

import ai.fovea.base.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The bytes of image files: the one place where they are read. What a path leads to is looked at first, since a pipe would be
/// waited for, and a device read, without an end. Whatever is wrong is told with the file's name.
final class ImageBytes {
  private ImageBytes() {}

  /// All bytes of a file that is not longer than the limit.
  static byte[] all(Path file, DecodeLimits limits) {
    try {
      limits.checkLength(length(file), file.toString());
      return WholeFile.read(file, Math.min(limits.maxBytes(), WholeFile.DATA));
    } catch (FileSystemException e) {
      throw told(file, e.getCause() instanceof IOException cause ? cause : e);
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  /// The first bytes of a file, at most `count`.
  static byte[] start(Path file, int count) {
    try {
      length(file);
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(count);
      }
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  /// How long a file is; refuses what is none.
  private static long length(Path file) throws IOException {
    Optional<String> other = WholeFile.otherThanFile(file);
    if (other.isPresent()) {
      throw Files.isDirectory(file)
          ? new ImageException(file.toString(), other.get() + ", not an image", "name a file in it")
          : new ImageException(
              file.toString(), other.get() + ", not a file", "save what it yields as a file");
    }
    return Files.size(file);
  }

  /// An error with the file's name, what is wrong, and what helps.
  private static ImageException told(Path file, IOException e) {
    String name = file.toString();
    ImageException told =
        switch (e) {
          case NoSuchFileException _ when Files.isSymbolicLink(file) ->
              new ImageException(
                  name, "a link to something that is not there", "remove or mend it");
          case NoSuchFileException _ ->
              new ImageException(name, "no such file", "check its name and folder");
          case AccessDeniedException _ ->
              new ImageException(name, "can't be read: access denied", "check its permissions");
          case FileSystemException f when f.getReason() != null ->
              new ImageException(
                  name, "can't be read: " + f.getReason(), "check its name and folder");
          default ->
              new ImageException(
                  name, "can't be read: " + e.getMessage(), "check the disk that it lies on");
        };
    told.initCause(e);
    return told;
  }
}
