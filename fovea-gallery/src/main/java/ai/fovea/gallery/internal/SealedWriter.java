package ai.fovea.gallery.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Writes a body, piece by piece, and the checksums behind it, in the layout of [SealedFile].
public final class SealedWriter implements Output.Sink {
  private final Disk.File to;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer checksums = buffer(64);
  private long body;

  /// Writes to `to`, which is empty; forcing and closing it are the caller's.
  public SealedWriter(Disk.File to) {
    this.to = to;
  }

  /// Returns how much of the body was written.
  public long body() {
    return body;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    ByteBuffer digested = bytes.duplicate();
    while (digested.hasRemaining()) {
      int room = SealedFile.BLOCK_BYTES - (int) (body % SealedFile.BLOCK_BYTES);
      int count = Math.min(room, digested.remaining());
      crc.update(digested.slice().limit(count));
      digested.position(digested.position() + count);
      body += count;
      if (count == room) {
        endBlock();
      }
    }
    to.write(bytes);
  }

  /// Writes the checksums.
  public SealedFile.Seal finish() throws IOException {
    if (body % SealedFile.BLOCK_BYTES != 0) {
      endBlock();
    }
    ByteBuffer end = buffer(checksums.position() + SealedFile.TRAILER_BYTES);
    end.put(checksums.flip()).putLong(body);
    crc.update(end.duplicate().flip());
    int crcOfChecksums = (int) crc.getValue();
    end.putInt(crcOfChecksums).put(SealedFile.END).flip();
    to.write(end);
    return new SealedFile.Seal(SealedFile.fileBytes(body), crcOfChecksums);
  }

  private void endBlock() {
    if (checksums.remaining() < Integer.BYTES) {
      checksums = buffer(2 * checksums.capacity()).put(checksums.flip());
    }
    checksums.putInt((int) crc.getValue());
    crc.reset();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
