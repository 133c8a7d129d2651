package ai.fovea.gallery.internal;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// All that storage asks of a file system, and all it may rely on.
///
/// Until a file is forced, any part of what was written to it may be lost when the power fails,
/// whatever was written before or after; until a folder is forced, so may each creation, renaming
/// and deletion in it, independently of the others. A process that dies loses nothing. Tests put a
/// file system in this place that forgets as much as this allows.
///
/// Stateless but for locks, for any number of threads; a [File] belongs to one thread at a time.
public interface Disk {
  /// The file that a lock may leave behind; it holds nothing.
  String LOCK_FILE = "LOCK";

  /// A file open for writing at its end.
  interface File extends Closeable {
    /// Returns the file's length.
    long size() throws IOException;

    /// Appends all of `bytes`. On an error any part of it may have been written.
    void write(ByteBuffer bytes) throws IOException;

    /// Cuts the file to its first `size` bytes.
    void truncate(long size) throws IOException;

    /// Returns when the file's content is durable. After an error nothing is known about what was
    /// written since the last success, and trying again would tell nothing either.
    void force() throws IOException;
  }

  /// The right to write to a folder, which ends with the process, however that ends.
  interface Lock extends Closeable {}

  /// Makes a folder, with those above it, where it is absent; it lasts.
  void createFolder(Path folder) throws IOException;

  /// Returns the names of the files in a folder.
  List<String> list(Path folder) throws IOException;

  /// Opens an empty file of this name, which may replace another.
  File create(Path file) throws IOException;

  /// Opens a file that is there.
  File append(Path file) throws IOException;

  /// Returns a copy of a file as it is now, at a multiple of 64; of a longer one its first `max`
  /// bytes.
  ///
  /// @throws java.nio.file.NoSuchFileException where it is absent
  MemorySegment read(Path file, long max) throws IOException;

  /// Returns a file's bytes, at a multiple of 64, read as they are needed; the file is not changed
  /// any more, though perhaps deleted.
  ///
  /// @throws java.nio.file.NoSuchFileException where it is absent
  MemorySegment map(Path file) throws IOException;

  /// Gives a file another name, at once and in place of a file that has it.
  void rename(Path from, Path to) throws IOException;

  /// Deletes a file where it is there.
  void delete(Path file) throws IOException;

  /// Returns when creations, renamings and deletions in a folder are durable.
  void forceFolder(Path folder) throws IOException;

  /// Takes the right to write to a folder.
  ///
  /// @throws ai.fovea.gallery.GalleryException where somebody else has it
  Lock lock(Path folder) throws IOException;
}
