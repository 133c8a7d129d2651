package ai.fovea.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;

/// The right to write in a place, as a lock of the operating system on a file beside it: it ends with the process, however that
/// ends. The file goes with it, unless the process was killed; then the next one takes it over.
public final class PlaceLock implements AutoCloseable {
  private static final long BEHIND = 1 << 20;

  private final Path file;
  private final FileChannel channel;

  private PlaceLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock; the folder above the place is made where it is absent.
  ///
  /// @param place the file or folder that is to be written
  /// @param purpose names the lock's file, `.NAME.PURPOSE`
  /// @return the lock; empty where somebody else has it
  public static Optional<PlaceLock> take(Path place, String purpose) throws IOException {
    Path whole = place.toAbsolutePath().normalize();
    Path file = whole.resolveSibling("." + whole.getFileName() + "." + purpose);
    if (whole.getParent() != null) {
      Files.createDirectories(whole.getParent());
    }
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
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (taken) {
        return Optional.of(new PlaceLock(file, channel));
      }
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

  /// Whether the file that was locked is the one that lies there: who held the lock before may have deleted it in between. Told by
  /// a random size: the file must not be opened again, since closing it would give up the lock (POSIX).
  private static boolean isStill(Path file, FileChannel channel) throws IOException {
    long size = 1 + new SecureRandom().nextLong(BEHIND - 1);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
    try {
      return Files.size(file) == size;
    } catch (NoSuchFileException e) {
      return false;
    }
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
