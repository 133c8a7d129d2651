package ai.fovea.gallery.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/// The file system of this machine.
public final class LocalDisk implements Disk {
  /// The one there is; it has no state.
  public static final Disk INSTANCE = new LocalDisk();

  // Smaller files are copied instead: mappings are few (65530 in a Linux process) and cost a page
  // each.
  private static final long LEAST_MAPPED = 1 << 20;
  private static final int ALIGNMENT = 64;

  private LocalDisk() {}

  @Override
  public void createFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      forceFolder(parent);
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public File create(Path file) throws IOException {
    File opened = new LocalFile(file);
    boolean empty = false;
    try {
      opened.truncate(0);
      empty = true;
      return opened;
    } finally {
      if (!empty) {
        opened.close();
      }
    }
  }

  @Override
  public File append(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new LocalFile(file);
  }

  @Override
  public MemorySegment read(Path file, long max) throws IOException {
    requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return copy(channel, Math.min(channel.size(), max));
    }
  }

  @Override
  public MemorySegment map(Path file) throws IOException {
    requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      return size < LEAST_MAPPED
          ? copy(channel, size)
          : channel.map(MapMode.READ_ONLY, 0, size, Arena.ofAuto());
    }
  }

  /// Opening a pipe would wait, and reading a device would not end.
  static void requireFile(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isOther()) {
      throw new FileSystemException(
          file.toString(), null, "this is a pipe, a device or a socket, expected a file");
    }
  }

  private static MemorySegment copy(FileChannel from, long size) throws IOException {
    MemorySegment bytes = Arena.ofAuto().allocate(size, ALIGNMENT);
    long at = 0;
    while (at < size) {
      long piece = Math.min(size - at, LEAST_MAPPED);
      int count = from.read(bytes.asSlice(at, piece).asByteBuffer(), at);
      if (count < 0) {
        return bytes.asSlice(0, at);
      }
      at += count;
    }
    return bytes;
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /// Windows opens no folders and needs none of this.
  @Override
  public void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public Lock lock(Path folder) throws IOException {
    return LocalLock.take(folder);
  }

  /// Not a [FileChannel], which an interrupted thread would close under all others. Errors name the
  /// file.
  private static final class LocalFile implements File {
    private final Path path;
    private final RandomAccessFile file;

    LocalFile(Path path) throws IOException {
      this.path = path;
      file = new RandomAccessFile(path.toFile(), "rw");
      file.seek(file.length());
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      try {
        if (bytes.hasArray()) {
          file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
          bytes.position(bytes.limit());
        } else {
          byte[] copy = new byte[(int) Math.min(bytes.remaining(), LEAST_MAPPED)];
          while (bytes.hasRemaining()) {
            int count = Math.min(copy.length, bytes.remaining());
            bytes.get(copy, 0, count);
            file.write(copy, 0, count);
          }
        }
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      file.setLength(size);
      file.seek(size);
    }

    @Override
    public void force() throws IOException {
      try {
        file.getFD().sync();
      } catch (IOException e) {
        throw named(e);
      }
    }

    private FileSystemException named(IOException e) {
      var named = new FileSystemException(path.toString(), null, e.getMessage());
      named.initCause(e);
      return named;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
