package ai.fovea.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes memory of any length to streams.
public final class Segments {
  private static final int CHUNK = 1 << 16;

  private Segments() {}

  /// Writes all bytes, of which never more than a few kilobytes are copied at a time.
  public static void write(MemorySegment from, OutputStream to) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, from.byteSize())];
    for (long at = 0; at < from.byteSize(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, from.byteSize() - at);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, chunk, 0, n);
      to.write(chunk, 0, n);
    }
  }
}
