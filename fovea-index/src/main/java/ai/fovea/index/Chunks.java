package ai.fovea.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Rows of floats, one after another, in chunks that are never moved: the first holds 64 rows, each following twice as
/// many, up to 8 MiB. A small index stays small, a large one wastes little, and growing copies nothing, so that readers
/// need not be told.
///
/// The memory lies outside the Java heap and starts at cache lines. The reasons: kernels read a memory-mapped file and
/// this by the same code, an index does not count against `-Xmx` nor is it copied by the collector. It is
/// freed when no index and no search refers to it any more (an automatic arena): a search may outlive the index's
/// closing, and must not read freed memory.
///
/// One writer; readers may read rows whose writing was published to them.
final class Chunks {
  private static final int FIRST_ROWS = 64;
  private static final int CHUNK_BYTES = 8 << 20;
  private static final int CACHE_LINE = 64;

  private final int dimension;
  private final int fullRows;
  private final int growing;
  private final Arena arena = Arena.ofAuto();
  private MemorySegment[] segments = new MemorySegment[0];

  Chunks(int dimension) {
    this.dimension = dimension;
    this.fullRows =
        Math.max(
            FIRST_ROWS,
            Integer.highestOneBit((int) (CHUNK_BYTES / ((long) dimension * Float.BYTES))));
    this.growing = Integer.numberOfTrailingZeros(fullRows / FIRST_ROWS);
  }

  /// The chunks so far; the array is not changed later.
  MemorySegment[] segments() {
    return segments;
  }

  /// The number of the first row of a chunk.
  int start(int chunk) {
    return chunk < growing
        ? FIRST_ROWS * ((1 << chunk) - 1)
        : fullRows - FIRST_ROWS + Math.multiplyExact(chunk - growing, fullRows);
  }

  /// How many rows a chunk has room for.
  int rows(int chunk) {
    return chunk < growing ? FIRST_ROWS << chunk : fullRows;
  }

  void write(int row, float[] vector) {
    int chunk = chunk(row);
    if (chunk == segments.length) {
      segments = Arrays.copyOf(segments, chunk + 1);
      segments[chunk] = arena.allocate((long) rows(chunk) * dimension * Float.BYTES, CACHE_LINE);
    }
    MemorySegment.copy(
        vector, 0, segments[chunk], ValueLayout.JAVA_FLOAT, offset(row, chunk), dimension);
  }

  float[] read(int row) {
    int chunk = chunk(row);
    float[] vector = new float[dimension];
    MemorySegment.copy(
        segments[chunk], ValueLayout.JAVA_FLOAT, offset(row, chunk), vector, 0, dimension);
    return vector;
  }

  private int chunk(int row) {
    int small = fullRows - FIRST_ROWS;
    return row < small
        ? 31 - Integer.numberOfLeadingZeros(row / FIRST_ROWS + 1)
        : growing + (row - small) / fullRows;
  }

  private long offset(int row, int chunk) {
    return (long) (row - start(chunk)) * dimension * Float.BYTES;
  }
}
