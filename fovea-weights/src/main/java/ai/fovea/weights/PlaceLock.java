package ai.fovea.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The right to write in a place, as a lock of the operating system on a file beside it: it ends with the process, however that
/// ends. The file goes with it, unless the process was killed; then the next one takes it over.
///
/// A file must be open only once in a process that has its lock: closing another channel would give the lock up (POSIX). That is why the places
/// that this process holds are kept.
public final class PlaceLock implements AutoCloseable {
  private static final long BEHIND = 1 << 20;

  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

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
    Path file = file(place, purpose);
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    Optional<PlaceLock> lock = Optional.empty();
    try {
      lock = take(file);
      return lock;
    } finally {
      if (lock.isEmpty()) {
        HELD.remove(file);
      }
    }
  }

  /// The file of a lock.
  public static Path file(Path place, String purpose) {
    Path whole = place.toAbsolutePath().normalize();
    return whole.resolveSibling("." + whole.getFileName() + "." + purpose);
  }

  /// Whether somebody has a lock now; nothing is made or changed.
  public static boolean isTaken(Path place, String purpose) throws IOException {
    Path file = file(place, purpose);
    if (HELD.contains(file)) {
      return true;
    }
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

  private static Optional<PlaceLock> take(Path file) throws IOException {
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

  /// Gives the right up, and leaves the file as a sign that what was begun is not finished.
  public void leave() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      leave();
    }
  }
}
