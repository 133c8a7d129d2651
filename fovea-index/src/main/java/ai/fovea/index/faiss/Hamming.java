package ai.fovea.index.faiss;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How many bits differ between a query and rows of bytes.
final class Hamming {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MemorySegment query;
  private final int bytes;

  /// Distances to `query`.
  Hamming(byte[] query) {
    // A copy: the caller's array may change, and whole words are read from it.
    this.query = MemorySegment.ofArray(query.clone());
    this.bytes = query.length;
  }

  /// Returns the distance to row `row` of `codes`.
  int to(MemorySegment codes, long row) {
    long at = row * bytes;
    int differing = 0;
    int d = 0;
    for (; d + Long.BYTES <= bytes; d += Long.BYTES) {
      differing += Long.bitCount(query.get(LONG, d) ^ codes.get(LONG, at + d));
    }
    for (; d < bytes; d++) {
      int mine = query.get(ValueLayout.JAVA_BYTE, d);
      differing += Integer.bitCount((mine ^ codes.get(ValueLayout.JAVA_BYTE, at + d)) & 0xFF);
    }
    return differing;
  }
}
