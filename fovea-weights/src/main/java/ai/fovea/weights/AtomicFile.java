package ai.fovea.weights;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// Writes whole files so that a reader, and a crash at any moment, sees the old content or the new one.
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  /// Writes the content of a file.
  @FunctionalInterface
  public interface Content {
    /// Writes all of it.
    void writeTo(OutputStream out) throws IOException;
  }

  /// Writes to a temporary file beside `file`, forces it to disk, renames it, and forces the rename.
  public static void write(Path file, byte[] content) throws IOException {
    write(file, out -> out.write(content));
  }

  /// The same with content that need not be in memory as a whole; the stream is buffered.
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = folder(file);
    Files.createDirectories(folder);
    // Not createTempFile: its files can be read by their owner alone, and would stay so under their
    // final name.
    Path temporary = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var buffered = new BufferedOutputStream(Channels.newOutputStream(out), BUFFER);
        content.writeTo(buffered);
        buffered.flush();
        out.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(folder);
  }

  /// Renames a file within its folder, replacing what has the new name, and forces that to disk.
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(folder(to));
  }

  /// Deletes a file, if it is there, and forces that to disk.
  public static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      force(folder(file));
    }
  }

  /// Why nothing can be written into a folder, which would be made where it is absent; empty where it can. It is tried out:
  /// permissions alone do not tell. Nothing is left behind.
  public static Optional<String> obstacle(Path folder) {
    Path there = folder.toAbsolutePath().normalize();
    while (!Files.exists(there)) {
      Path parent = there.getParent();
      if (parent == null) {
        return Optional.of("the folder " + there + " does not exist");
      }
      there = parent;
    }
    if (!Files.isDirectory(there)) {
      return Optional.of(there + " is no folder");
    }
    try {
      Files.delete(Files.createTempDirectory(there, ".fovea-"));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("nothing may be written into the folder " + there);
    }
  }

  private static Path folder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + ": not a file name");
    }
    return folder;
  }

  private static void force(Path folder) throws IOException {
    if (!System.getProperty("os.name", "").startsWith("Windows")) {
      // Windows can't open folders; there the rename is as durable as the file system makes it.
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }
}
