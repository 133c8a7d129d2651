package ai.fovea.base;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes whole files so that a reader, and a crash at any moment, sees the old content or the new one.
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;

  private static final Pattern TEMPORARY =
      Pattern.compile("(.+)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp", Pattern.DOTALL);

  private AtomicFile() {}

  /// Writes the content of a file.
  @FunctionalInterface
  public interface Content {
    /// Writes all of it.
    void writeTo(OutputStream out) throws IOException;
  }

  /// Writes the content of a file in pieces of its own.
  @FunctionalInterface
  public interface ChannelContent {
    /// Writes all of it.
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /// Writes to a temporary file beside `file`, forces it to disk, renames it, and forces the rename. Folders that are not there are
  /// made; where it fails they are removed again. A link is followed, also one that leads to nothing yet; a device or a pipe is written to
  /// as it is. A file that is replaced keeps its permissions.
  ///
  /// @throws FileSystemException naming the file, where it can't be written
  public static void write(Path file, byte[] content) throws IOException {
    write(file, out -> out.write(content));
  }

  /// The same with content that need not be in memory as a whole; the stream is buffered.
  public static void write(Path file, Content content) throws IOException {
    writeChannel(
        file,
        channel -> {
          var buffered = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
          content.writeTo(buffered);
          buffered.flush();
        });
  }

  /// The same with content that is written in large pieces; nothing is buffered.
  public static void writeChannel(Path file, ChannelContent content) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      // A device or a pipe, such as /dev/stdout, takes what is written; it must not be replaced.
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
        content.writeTo(new NamedChannel(file, out));
      }
      return;
    }
    // A link stays one.
    Path target = Paths.real(file);
    if (Files.isDirectory(target)) {
      throw new FileSystemException(
          file.toString(), null, "this is a folder, expected a file to write");
    }
    Path folder = folder(target);
    MadeFolders made = MadeFolders.of(folder);
    // Not createTempFile: its files can be read by their owner alone, and would stay so under their
    // final name.
    Path temporary =
        folder.resolve(Paths.brief(target.getFileName()) + "." + UUID.randomUUID() + ".tmp");
    boolean done = false;
    try {
      try (FileChannel out = opened(file, target, temporary)) {
        content.writeTo(new NamedChannel(file, out));
        force(file, out);
      }
      moved(file, temporary, target);
      done = true;
    } finally {
      Files.deleteIfExists(temporary);
      if (!done) {
        made.removeEmpty();
      }
    }
    force(folder);
  }

  /// Opens the temporary file, which may be read and written by those who may do so with the file that it replaces.
  private static FileChannel opened(Path file, Path target, Path temporary) throws IOException {
    FileChannel opened = null;
    boolean done = false;
    try {
      opened = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      PosixFileAttributeView ours =
          Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
      if (ours != null && Files.isRegularFile(target)) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
        if (!permissions.equals(ours.readAttributes().permissions())) {
          ours.setPermissions(permissions);
        }
      }
      done = true;
      return opened;
    } catch (FileSystemException e) {
      throw told(file, e);
    } finally {
      if (opened != null && !done) {
        opened.close();
      }
    }
  }

  private static void moved(Path file, Path temporary, Path target) throws IOException {
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      throw told(file, e);
    }
  }

  /// The same error, named after the file that somebody knows.
  private static FileSystemException told(Path file, FileSystemException e) {
    if (e.getReason() != null) {
      return named(file, e.getReason(), e);
    }
    FileSystemException told =
        switch (e) {
          case AccessDeniedException _ -> new AccessDeniedException(file.toString());
          case NoSuchFileException _ -> new NoSuchFileException(file.toString());
          default ->
              new FileSystemException(file.toString(), null, "can't be written: " + e.getMessage());
        };
    told.initCause(e);
    return told;
  }

  private static FileSystemException named(Path file, @Nullable String reason, IOException e) {
    var named = new FileSystemException(file.toString(), null, "can't be written: " + reason);
    named.initCause(e);
    return named;
  }

  private static void force(Path file, FileChannel out) throws IOException {
    try {
      out.force(true);
    } catch (IOException e) {
      throw named(file, e.getMessage(), e);
    }
  }

  /// A channel to a file, whose errors name the file. Those of the content's own stay as they are.
  private record NamedChannel(Path file, WritableByteChannel to) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      try {
        return to.write(bytes);
      } catch (IOException e) {
        throw named(file, e.getMessage(), e);
      }
    }

    @Override
    public boolean isOpen() {
      return to.isOpen();
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }

  /// Deletes the temporary files that processes left which were killed while they wrote here.
  ///
  /// @param names which files' temporary ones, by [Paths#brief]; nobody else must be writing those meanwhile
  public static void removeLeft(Path folder, Predicate<String> names) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher left = TEMPORARY.matcher(file.getFileName().toString());
        if (left.matches() && names.test(left.group(1))) {
          Files.deleteIfExists(file);
        }
      }
    }
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
      if (Files.isSymbolicLink(there)) {
        return Optional.of(there + " is a link that leads to nothing");
      }
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
