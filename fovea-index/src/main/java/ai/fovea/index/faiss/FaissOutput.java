package ai.fovea.index.faiss;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/// Writes numbers and tables of a Faiss file through a buffer. Closing writes out the buffer, and
/// leaves the channel open.
final class FaissOutput implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final WritableByteChannel to;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  FaissOutput(WritableByteChannel to) {
    this.to = to;
  }

  void code(String four) throws IOException {
    room(4).put(four.getBytes(StandardCharsets.US_ASCII));
  }

  void u8(int value) throws IOException {
    room(1).put((byte) value);
  }

  void i32(int value) throws IOException {
    room(Integer.BYTES).putInt(value);
  }

  void i64(long value) throws IOException {
    room(Long.BYTES).putLong(value);
  }

  /// A count, and as many elements of `size` bytes each.
  void vec(MemorySegment table, int size) throws IOException {
    i64(table.byteSize() / size);
    bytes(table);
  }

  void bytes(MemorySegment table) throws IOException {
    for (long at = 0; at < table.byteSize(); at += PIECE) {
      ByteBuffer piece = table.asSlice(at, Math.min(PIECE, table.byteSize() - at)).asByteBuffer();
      if (piece.remaining() <= buffer.remaining()) {
        buffer.put(piece);
      } else {
        flush();
        all(piece);
      }
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    all(buffer.flip());
    buffer.clear();
  }

  private void all(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
