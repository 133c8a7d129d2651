package ai.fovea.gallery.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Numbers, little-endian, and texts on their way to a file, through a buffer, with the checksum of
/// all of them.
public final class Output {
  /// The length of a text or of bytes that are absent.
  public static final int ABSENT = -1;

  private static final int LARGEST_BUFFER = 1 << 16;
  private static final int SMALLEST_BUFFER = 64;

  private final Optional<Sink> sink;
  private final ByteBuffer buffer;
  private final CRC32C crc;
  private int digested;
  private long flushed;

  /// Takes bytes, one piece after another.
  @FunctionalInterface
  public interface Sink {
    /// Takes all of `bytes`, which are changed once this returns.
    void write(ByteBuffer bytes) throws IOException;
  }

  /// Something that can be written, the same each time.
  @FunctionalInterface
  public interface Content {
    /// Writes it.
    void writeTo(Output to) throws IOException;
  }

  /// @param expected the number of bytes to come, roughly: a buffer of more is not needed
  public Output(Sink sink, long expected) {
    this(Optional.of(sink), expected, new CRC32C());
  }

  /// @param crc a checksum that goes on from what it has seen
  Output(Sink sink, long expected, CRC32C crc) {
    this(Optional.of(sink), expected, crc);
  }

  private Output(Optional<Sink> sink, long expected, CRC32C crc) {
    this.sink = sink;
    this.crc = crc;
    int bytes = Math.clamp(expected, SMALLEST_BUFFER, LARGEST_BUFFER);
    this.buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Returns how many bytes `content` has.
  public static long count(Content content) throws IOException {
    Output counting = new Output(Optional.empty(), 1024, new CRC32C());
    content.writeTo(counting);
    return counting.position();
  }

  /// Returns how many bytes were put.
  public long position() {
    return flushed + buffer.position();
  }

  /// Returns the CRC-32C of all bytes that were put.
  public int crc() {
    crc.update(buffer.duplicate().position(digested).limit(buffer.position()));
    digested = buffer.position();
    return (int) crc.getValue();
  }

  /// Four bytes.
  public void putInt(int value) throws IOException {
    room(Integer.BYTES);
    buffer.putInt(value);
  }

  /// Eight bytes.
  public void putLong(long value) throws IOException {
    room(Long.BYTES);
    buffer.putLong(value);
  }

  /// `4 * values.length` bytes.
  public void putFloats(float[] values) throws IOException {
    for (int at = 0; at < values.length; ) {
      room(Float.BYTES);
      int count = Math.min(buffer.remaining() / Float.BYTES, values.length - at);
      buffer.asFloatBuffer().put(values, at, count);
      buffer.position(buffer.position() + count * Float.BYTES);
      at += count;
    }
  }

  /// The bytes as they are.
  public void put(byte[] bytes) throws IOException {
    put(ByteBuffer.wrap(bytes));
  }

  /// The bytes as they are.
  public void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = Math.min(buffer.remaining(), bytes.remaining());
      buffer.put(bytes.slice().limit(count));
      bytes.position(bytes.position() + count);
    }
  }

  /// The length in four bytes, and the text in UTF-8.
  public void putText(String text) throws IOException {
    putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The length in four bytes, and the bytes.
  public void putBytes(byte[] bytes) throws IOException {
    putInt(bytes.length);
    put(bytes);
  }

  /// As many zeros.
  public void putZeros(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      room(1);
      buffer.put((byte) 0);
    }
  }

  /// Zeros up to a multiple of `alignment`.
  public void align(int alignment) throws IOException {
    putZeros(Math.ceilDiv(position(), (long) alignment) * alignment - position());
  }

  /// Hands on what is in the buffer.
  public void flush() throws IOException {
    if (buffer.position() > 0) {
      flushed += buffer.position();
      if (sink.isPresent()) {
        crc();
        sink.get().write(buffer.flip());
      }
      buffer.clear();
      digested = 0;
    }
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }
}
