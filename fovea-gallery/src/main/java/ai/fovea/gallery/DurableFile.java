package ai.fovea.gallery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes files that are there as a whole or not at all, whenever the power fails.
final class DurableFile {
  static final String UNFINISHED = ".tmp";

  private DurableFile() {}

  /// Writes to a file that is open.
  ///
  /// @param <T> what the writing results in
  @FunctionalInterface
  interface Content<T> {
    T write(FileChannel to) throws IOException;
  }

  /// Writes `content` into `folder` under a temporary name, forces it to disk, gives it its `name`, and forces that too.
  static <T> T write(Path folder, String name, Content<T> content) throws IOException {
    Path unfinished = folder.resolve(name + UNFINISHED);
    T result;
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        result = content.write(channel);
        channel.force(true);
      }
      Files.move(
          unfinished,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    forceFolder(folder);
    return result;
  }

  /// Makes names in a folder last. Windows opens no folders and needs none of this.
  static void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
