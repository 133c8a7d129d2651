package ai.fovea.gallery.internal;

import ai.fovea.gallery.GalleryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The right to write to a gallery folder: a lock of the operating system on the file `LOCK`, which
/// ends with the process however that ends. The file itself stays and holds nothing.
final class LocalLock implements Disk.Lock {
  // The one thing that all galleries of a process share, and must: under POSIX, closing any
  // descriptor of a locked file gives up the process's lock. A second opening, though refused,
  // would so free the folder for other processes; it has to be refused before the file is touched.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private LocalLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// @throws GalleryException where another process or this one holds it
  static LocalLock take(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD_HERE.add(real)) {
      throw new GalleryException(
          "gallery "
              + folder
              + " is open for writing in this process: close it first, or open it read-only");
    }
    boolean taken = false;
    FileChannel channel = null;
    try {
      Path file = real.resolve(Disk.LOCK_FILE);
      if (Files.exists(file)) {
        LocalDisk.requireFile(file);
      }
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new GalleryException(
            "gallery "
                + folder
                + " is open for writing in another process: close it there, or open it read-only");
      }
      taken = true;
      return new LocalLock(real, channel);
    } catch (OverlappingFileLockException e) {
      throw new GalleryException(
          "gallery " + folder + " is locked by another part of this process", e);
    } finally {
      if (!taken) {
        HELD_HERE.remove(real);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(folder);
    }
  }
}
