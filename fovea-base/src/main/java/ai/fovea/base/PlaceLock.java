package ai.fovea.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// The right to write in a place, as a lock of the operating system on a file beside it: it ends with the process, however that
/// ends. The file goes with it, unless the process was killed; then the next one takes it over.
///
/// A file must be open only once in a process that has its lock: closing another channel would give the lock up (POSIX). That is why the places
/// that this process holds are kept.
public final class PlaceLock implements AutoCloseable {
  private static final long BEHIND = 1 << 20;

  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /// Somebody who looks whether it is taken has it for a moment.
  private static final int ATTEMPTS = 25;

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Path file;
  private final FileChannel channel;
  private final MadeFolders made;

  private PlaceLock(Path file, FileChannel channel, MadeFolders made) {
    this.file = file;
    this.channel = channel;
    this.made = made;
  }

  /// Takes the lock; the folder above the place is made where it is absent, and goes with the lock where nothing came into it.
  ///
  /// @param place the file or folder that is to be written; links are followed
  /// @param purpose names the lock's file, `.NAME.PURPOSE`
  /// @return the lock; empty where somebody else has it
  public static Optional<PlaceLock> take(Path place, String purpose) throws IOException {
    Path file = file(place, purpose);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    Optional<PlaceLock> lock = Optional.empty();
    try {
      for (int attempt = 1; attempt <= ATTEMPTS && lock.isEmpty(); attempt++) {
        if (attempt > 1) {
          LockSupport.parkNanos(PAUSE.toNanos());
        }
        lock = take(file);
      }
      return lock;
    } finally {
      if (lock.isEmpty()) {
        HELD.remove(file);
      }
    }
  }

  /// The file of a lock.
  public static Path file(Path place, String purpose) throws IOException {
    Path real = Paths.real(place);
    Path name = real.getFileName();
    if (name == null) {
      throw new FileSystemException(
          place.toString(), null, "this is no place for a file or folder");
    }
    return real.resolveSibling("." + Paths.brief(name) + "." + purpose);
  }

  /// Why a lock can't be taken, whoever has it; empty where it can.
  public static Optional<String> obstacle(Path place) {
    try {
      Path parent = Paths.real(place).getParent();
      return parent == null ? Optional.empty() : AtomicFile.obstacle(parent);
    } catch (IOException e) {
      return Optional.of(place + " can't be looked at: " + e.getMessage());
    }
  }

  /// Whether somebody has a lock.
  public enum State {
    /// Nobody has it.
    FREE,
    /// Somebody has it.
    TAKEN,
    /// This user may not look at it, or the file system has no locks.
    UNKNOWN
  }

  /// Whether somebody has a lock now. Nothing is made or written; who takes it at this very moment has to wait a little.
  ///
  /// @throws IOException where the place itself can't be looked at
  public static State state(Path place, String purpose) throws IOException {
    Path file = file(place, purpose);
    // Together with HELD: closing the file would give up a lock that this process has taken since.
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return State.TAKEN;
      }
      if (!Files.isRegularFile(file)) {
        return State.FREE;
      }
      // For reading alone, which is enough to look: others may not write it, nor anybody on a disk
      // that is mounted read-only.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return isLocked(channel, true) ? State.TAKEN : State.FREE;
      } catch (NoSuchFileException e) {
        return State.FREE; // it has just ended
      } catch (IOException e) {
        return State.UNKNOWN;
      }
    }
  }

  private static Optional<PlaceLock> take(Path file) throws IOException {
    synchronized (HELD) {
      MadeFolders made = MadeFolders.of(Objects.requireNonNull(file.getParent(), "a file in it"));
      boolean taken = false;
      FileChannel channel = null;
      try {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
          throw new FileSystemException(
              file.toString(), null, "is no file, and a lock belongs there; remove it");
        }
        channel =
            FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        taken = !isLocked(channel, false) && isStill(file, channel);
        return taken ? Optional.of(new PlaceLock(file, channel, made)) : Optional.empty();
      } catch (NoSuchFileException e) {
        return Optional.empty(); // somebody who made the folder has just removed it
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) { // a full disk, of which Java names no file
        removeEmpty(file);
        var named = new FileSystemException(file.toString(), null, e.getMessage());
        named.initCause(e);
        throw named;
      } finally {
        if (!taken) {
          if (channel != null) {
            channel.close();
          }
          made.removeEmpty();
        }
      }
    }
  }

  /// Removes a lock's file that nobody holds: those of others are longer, or are missed by who is about to take them.
  private static void removeEmpty(Path file) throws IOException {
    if (Files.exists(file) && Files.size(file) == 0) {
      Files.deleteIfExists(file);
    }
  }

  /// @param shared where one only looks: others who look are not in the way
  private static boolean isLocked(FileChannel channel, boolean shared) throws IOException {
    try {
      // Behind the content, which Windows lets nobody else read where it is locked.
      return channel.tryLock(BEHIND, 1, shared) == null;
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

  private void giveUp() throws IOException {
    synchronized (HELD) {
      try {
        channel.close();
      } finally {
        HELD.remove(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      giveUp();
    }
    made.removeEmpty();
  }
}
