package ai.fovea.index;

import static ai.fovea.index.IndexFile.HEADER_BYTES;
import static ai.fovea.index.IndexFile.INT;
import static ai.fovea.index.IndexFile.LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Writes the layout of [IndexFile], through a buffer for what is small.
final class IndexOutput {
  private static final int BUFFER_BYTES = 1 << 16;

  private final IndexFile.Sink to;
  private final MemorySegment buffer = MemorySegment.ofArray(new byte[BUFFER_BYTES]);
  private int filled;
  private long written;

  IndexOutput(IndexFile.Sink to) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("index files are written on little-endian machines");
    }
    this.to = to;
  }

  /// The header; `own` are the kind's own numbers, `sections` the length of its own sections.
  void header(
      IndexSettings settings, int dimension, Metric metric, long rows, int[] own, long sections)
      throws IOException {
    MemorySegment header = MemorySegment.ofArray(new byte[HEADER_BYTES]);
    MemorySegment.copy(
        IndexFile.MAGIC, 0, header, ValueLayout.JAVA_BYTE, 0, IndexFile.MAGIC.length);
    int[] numbers =
        switch (settings) {
          case IndexSettings.Flat flat -> new int[] {0, 0, 0, 0};
          case IndexSettings.Ivf ivf -> new int[] {1, ivf.lists(), ivf.nprobe(), 0};
          case IndexSettings.Hnsw h -> new int[] {2, h.m(), h.efConstruction(), h.efSearch()};
        };
    header.set(INT, 8, numbers[0]);
    header.set(INT, 12, dimension);
    header.set(INT, 16, IndexFile.METRICS.indexOf(metric));
    header.set(INT, 20, IndexFile.QUANTIZATIONS.indexOf(settings.quantization()));
    header.set(LONG, 24, rows);
    for (int i = 1; i < numbers.length; i++) {
      header.set(INT, 28 + (long) i * Integer.BYTES, numbers[i]);
    }
    long idsAt = IndexFile.aligned(HEADER_BYTES + rows * dimension * Float.BYTES);
    header.set(LONG, 48, IndexFile.aligned(idsAt + rows * Long.BYTES) + sections);
    for (int i = 0; i < own.length; i++) {
      header.set(INT, IndexFile.OWN_NUMBERS + (long) i * Integer.BYTES, own[i]);
    }
    bytes(header);
  }

  /// All of `bytes`.
  void bytes(MemorySegment bytes) throws IOException {
    flush();
    to.write(bytes);
    written += bytes.byteSize();
  }

  /// Some bytes of a segment.
  void bytes(MemorySegment from, long at, int count) throws IOException {
    if (count > BUFFER_BYTES) {
      bytes(from.asSlice(at, count));
      return;
    }
    room(count);
    MemorySegment.copy(from, at, buffer, filled, count);
    filled += count;
  }

  void floats(float[] values) throws IOException {
    long bytes = (long) values.length * Float.BYTES;
    if (bytes > BUFFER_BYTES) {
      bytes(MemorySegment.ofArray(values));
      return;
    }
    room((int) bytes);
    MemorySegment.copy(values, 0, buffer, ValueLayout.JAVA_FLOAT_UNALIGNED, filled, values.length);
    filled += (int) bytes;
  }

  void number(long value) throws IOException {
    room(Long.BYTES);
    buffer.set(LONG, filled, value);
    filled += Long.BYTES;
  }

  void number(int value) throws IOException {
    room(Integer.BYTES);
    buffer.set(INT, filled, value);
    filled += Integer.BYTES;
  }

  /// Zeros up to where the next section may start.
  void align() throws IOException {
    flush();
    long missing = IndexFile.aligned(written) - written;
    if (missing > 0) {
      bytes(MemorySegment.ofArray(new byte[(int) missing]));
    }
  }

  void flush() throws IOException {
    if (filled > 0) {
      to.write(buffer.asSlice(0, filled));
      written += filled;
      filled = 0;
    }
  }

  private void room(int bytes) throws IOException {
    if (filled + bytes > BUFFER_BYTES) {
      flush();
    }
  }
}
