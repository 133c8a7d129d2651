package ai.fovea.base;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads or maps whole files. What a path leads to and how long that is are looked at first: a pipe would be waited for, and a device
/// read, without an end, and a file may be larger than any memory. Errors name the file.
public final class WholeFile {
  /// How long a text may be that people write or programs make of many lines: 256 MiB.
  public static final long TEXT = 256L << 20;

  /// How long a file may be that is kept as one array: 2 GiB.
  public static final long DATA = Integer.MAX_VALUE - 8;

  private static final boolean REPLACES_MAPPED =
      !System.getProperty("os.name", "").startsWith("Windows");

  private static final long CHUNK = 1 << 30;

  private WholeFile() {}

  /// All bytes of a file.
  ///
  /// @param max how many it may have, at most [#DATA]
  /// @throws FileSystemException naming the file, where it can't be read, is none, or is longer
  public static byte[] read(Path file, long max) throws FileSystemException {
    try {
      long size = size(file, max);
      byte[] bytes = room(file, size, () -> new byte[(int) size]);
      try (InputStream in = Files.newInputStream(file)) {
        int read = in.readNBytes(bytes, 0, bytes.length);
        if (read < bytes.length) {
          return Arrays.copyOf(bytes, read);
        }
        int next = in.read();
        if (next < 0) {
          return bytes;
        }
        // It grew since, or its file system does not tell lengths.
        byte[] rest = in.readNBytes((int) (max - read));
        check(file, (long) read + 1 + rest.length, max);
        byte[] whole = Arrays.copyOf(bytes, read + 1 + rest.length);
        whole[read] = (byte) next;
        System.arraycopy(rest, 0, whole, read + 1, rest.length);
        return whole;
      }
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  /// The bytes of a file of any length: mapped, so that they take no memory of their own and are read from disk as they are used. They stay
  /// readable as long as anything refers to them, also where the file is replaced or deleted meanwhile. Where it is cut off instead, reading what is gone
  /// throws [InternalError].
  ///
  /// Windows lets nobody replace a file that is mapped, and some file systems map none: there the bytes are read into native memory.
  ///
  /// @return read-only
  /// @throws FileSystemException naming the file, where it can't be read or is none
  public static MemorySegment map(Path file) throws FileSystemException {
    try {
      if (size(file, Long.MAX_VALUE) == 0) { // some file systems do not tell lengths
        return MemorySegment.ofArray(read(file, DATA)).asReadOnly();
      }
      try (FileChannel in = FileChannel.open(file)) {
        return REPLACES_MAPPED ? mapped(file, in) : copied(file, in);
      }
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  private static MemorySegment mapped(Path file, FileChannel in) throws IOException {
    try {
      return in.map(FileChannel.MapMode.READ_ONLY, 0, in.size(), Arena.ofAuto());
    } catch (IOException | UnsupportedOperationException e) {
      return copied(file, in);
    }
  }

  /// All bytes in native memory.
  static MemorySegment copied(Path file, FileChannel in) throws IOException {
    long size = in.size();
    MemorySegment memory = room(file, size, () -> Arena.ofAuto().allocate(size, Long.BYTES));
    for (long at = 0; at < size; ) {
      long n = Math.min(CHUNK, size - at);
      int read = in.read(memory.asSlice(at, n).asByteBuffer(), at);
      if (read < 0) {
        return memory.asSlice(0, at).asReadOnly(); // it was cut off since
      }
      at += read;
    }
    return memory.asReadOnly();
  }

  /// The lines of a text in UTF-8 of at most [#TEXT] bytes, without a byte order mark.
  ///
  /// @throws CharacterCodingException naming the file, where it is not UTF-8
  /// @throws FileSystemException as [#read]
  public static List<String> lines(Path file) throws IOException {
    return text(file).lines().toList();
  }

  /// A text in UTF-8 of at most [#TEXT] bytes, without a byte order mark.
  ///
  /// @throws CharacterCodingException naming the file, where it is not UTF-8
  /// @throws FileSystemException as [#read]
  public static String text(Path file) throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file, TEXT))).toString();
    } catch (CharacterCodingException e) {
      throw new NotUtf8(file, e);
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /// As thrown by a decoder, with the file's name.
  private static final class NotUtf8 extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final String file;

    NotUtf8(Path file, CharacterCodingException cause) {
      this.file = file.toString();
      initCause(cause);
    }

    @Override
    public String getMessage() {
      return file + ": not UTF-8 text; save it in this encoding";
    }
  }

  /// Refuses what is no file that can be read to its end, for who reads it piece by piece.
  ///
  /// @throws FileSystemException naming what it is
  public static void requireFile(Path file) throws FileSystemException {
    try {
      size(file, Long.MAX_VALUE);
    } catch (IOException e) {
      throw told(file, e);
    }
  }

  /// What a path leads to that is no file, in words: "this is a folder"; empty where it is a file, or nothing is there.
  public static Optional<String> otherThanFile(Path path) {
    if (!Files.exists(path) || Files.isRegularFile(path)) {
      return Optional.empty();
    }
    return Optional.of(
        Files.isDirectory(path) ? "this is a folder" : "this is a pipe, a device or a socket");
  }

  private static <T> T room(Path file, long bytes, Supplier<T> allocation)
      throws FileSystemException {
    try {
      return allocation.get();
    } catch (OutOfMemoryError e) { // this one array is too large; nothing else has failed
      var told =
          new FileSystemException(
              file.toString(),
              null,
              "the file has %,d bytes, for which there is not enough memory".formatted(bytes));
      told.initCause(e);
      throw told;
    }
  }

  private static long size(Path file, long max) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Optional<String> other = otherThanFile(file);
    if (other.isPresent()) {
      throw new FileSystemException(
          file.toString(),
          null,
          other.get()
              + ", expected a file"
              + (attributes.isDirectory() ? "" : ": save what it yields as one"));
    }
    check(file, attributes.size(), max);
    return attributes.size();
  }

  private static void check(Path file, long bytes, long max) throws FileSystemException {
    if (bytes > max) {
      throw new FileSystemException(
          file.toString(),
          null,
          "the file has %,d bytes, at most %,d can be read: is it what you meant?"
              .formatted(bytes, max));
    }
  }

  private static FileSystemException told(Path file, IOException e) {
    if (e instanceof FileSystemException named) {
      return named;
    }
    var told = new FileSystemException(file.toString(), null, "can't be read: " + e.getMessage());
    told.initCause(e);
    return told;
  }
}
