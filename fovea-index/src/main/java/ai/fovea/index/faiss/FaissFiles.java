package ai.fovea.index.faiss;

import ai.fovea.base.AtomicFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Faiss files on disk.
final class FaissFiles {
  /// Greater files are mapped instead of copied.
  private static final long COPIED = 64 << 20;

  private FaissFiles() {}

  static FaissIndex read(Path file, boolean repair) throws IOException {
    MemorySegment bytes;
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A pipe would be waited for, a device read without an end.
      throw new FileSystemException(
          file.toString(),
          null,
          Files.isDirectory(file)
              ? "this is a folder, expected a file"
              : "this is a pipe, a device or a socket, expected a file");
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      bytes =
          in.size() <= COPIED
              ? copied(in)
              : in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), Arena.ofAuto());
    }
    return new FaissReader(new FaissInput(file.toString(), bytes), repair).readAll();
  }

  private static MemorySegment copied(FileChannel in) throws IOException {
    MemorySegment bytes = Arena.ofAuto().allocate(Math.max(1, in.size()));
    ByteBuffer rest = bytes.asByteBuffer();
    while (rest.hasRemaining() && in.read(rest) >= 0) {
      // until the file or the memory ends: a file that shrinks meanwhile is refused as cut off
    }
    return bytes.asSlice(0, rest.position());
  }

  static void write(FaissIndex index, Path file) throws IOException {
    AtomicFile.writeChannel(file, index::write);
  }
}
