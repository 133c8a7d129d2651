package ai.fovea.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// The right to make a gallery in a place, as a lock of the operating system on a file beside it: it ends with the process, however that
/// ends. The file goes with it, unless the process was killed; then the next one takes it over.
final class BuildLock implements AutoCloseable {
  private static final long BEHIND = 1 << 20;

  private final Path file;
  private final FileChannel channel;

  private BuildLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock.
  ///
  /// @param place the folder that is to be made, absolute
  /// @throws CommandException where another command has it
  static BuildLock take(Path place) throws IOException {
    return tryTake(place)
        .orElseThrow(
            () -> new CommandException(place + ": another command is making a gallery there"));
  }

  /// Takes the lock unless another command has it.
  static Optional<BuildLock> tryTake(Path place) throws IOException {
    Path file = file(place);
    while (true) {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        if (isLocked(channel)) {
          return Optional.empty();
        }
        taken = isStill(file, channel);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw new CommandException(file + ": can't be written: " + Failures.describe(e));
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (taken) {
        return Optional.of(new BuildLock(file, channel));
      }
    }
  }

  /// The file for a place.
  static Path file(Path place) {
    return place.resolveSibling("." + place.getFileName() + ".building");
  }

  /// Whether a command has the lock of a place now; nothing is made or changed.
  static boolean isTaken(Path place) throws IOException {
    Path file = file(place);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return isLocked(channel);
    } catch (NoSuchFileException e) {
      return false; // it has just ended
    } catch (AccessDeniedException e) {
      return false; // nobody can tell
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      // Behind the content, which Windows lets nobody else read where it is locked.
      return channel.tryLock(BEHIND, 1, false) == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    }
  }

  /// Whether the file that was locked is the one that lies there: who held the lock before may have deleted it in between.
  private static boolean isStill(Path file, FileChannel channel) throws IOException {
    String mark = UUID.randomUUID().toString();
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).equals(mark);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Gives the right up, and leaves the file as a sign that what was begun is not finished.
  void leave() throws IOException {
    channel.close();
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      channel.close();
    }
  }
}
