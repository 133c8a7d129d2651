package ai.fovea.index;

import ai.fovea.index.internal.NativeMemory;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.Refs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows of equally many bytes, one after another, in chunks that are never moved: the first holds
/// 64 rows, each following twice as many, up to 16 MiB. A small index stays small, a large one
/// wastes little, and growing copies nothing, so that readers need not be told.
///
/// The memory lies outside the Java heap and starts at cache lines. The reasons: kernels read a
/// memory-mapped file and this by the same code, an index does not count against `-Xmx` nor is it
/// copied by the collector. It is freed when no index and no search refers to it any more (an
/// automatic arena): a search may outlive the index's closing, and must not read freed memory.
///
/// One writer; readers may read rows whose writing was published to them.
final class Chunks {
  private static final int FIRST_SHIFT = 6;
  private static final int FIRST_ROWS = 1 << FIRST_SHIFT;
  private static final int CHUNK_BYTES = 16 << 20;
  // A huge page.
  private static final long COPIED_BYTES = 2 << 20;
  // Kernels read whole vectors of lanes, at most this far past the end of the last row.
  private static final int SLACK_BYTES = 16;

  private final long rowBytes;
  private final int baseRows;
  private final int baseChunks;
  private final int fullRows;
  private final int fullShift;
  private final int growing;
  // To be added to a row's multiple of the full size, for its chunk.
  private final int fullChunks;
  private final Arena arena = Arena.ofAuto();
  private volatile MemorySegment[] segments;
  // All of memory, if that can be read as one segment and all chunks are our own: memory of
  // somebody else's may be taken
  // away, which has to end in an exception.
  private final MemorySegment @Nullable [] everything;
  // Where row 0 would start if it lay in that chunk, in the way of [#refs].
  private volatile long[] zeros;

  /// Empty, for rows of `rowBytes` bytes.
  Chunks(long rowBytes) {
    this(rowBytes, MemorySegment.NULL, 0, true);
  }

  /// Begins with `baseRows` rows that lie in `base`: the first chunk, of just that size.
  Chunks(long rowBytes, MemorySegment base, int baseRows) {
    this(rowBytes, base, baseRows, false);
  }

  private Chunks(long rowBytes, MemorySegment base, int baseRows, boolean own) {
    this.rowBytes = rowBytes;
    this.baseRows = baseRows;
    this.baseChunks = baseRows == 0 ? 0 : 1;
    this.segments = baseRows == 0 ? new MemorySegment[0] : new MemorySegment[] {base};
    this.everything =
        own ? NativeMemory.everything().map(all -> new MemorySegment[] {all}).orElse(null) : null;
    this.zeros = baseRows == 0 ? new long[0] : new long[] {ref(base, 0)};
    this.fullRows = Math.max(FIRST_ROWS, Integer.highestOneBit((int) (CHUNK_BYTES / rowBytes)));
    this.fullShift = Integer.numberOfTrailingZeros(fullRows);
    this.growing = fullShift - FIRST_SHIFT;
    this.fullChunks = baseChunks + growing - 1;
  }

  /// Begins with a copy of `rows` rows, which can be written to.
  static Chunks copyOf(MemorySegment from, long rowBytes, int rows) {
    MemorySegment copy = NativeMemory.allocate(Arena.ofAuto(), from.byteSize() + SLACK_BYTES);
    int pages = Math.toIntExact(Math.ceilDiv(from.byteSize(), COPIED_BYTES));
    // Most of the time goes into the pages' first touch, which the system clears them for.
    Parallel.ranges(
        pages,
        Parallel.threadsFor(from.byteSize()),
        (page, end) -> {
          long at = page * COPIED_BYTES;
          long bytes = Math.min(end * COPIED_BYTES, from.byteSize()) - at;
          MemorySegment.copy(from, at, copy, at, bytes);
        });
    return new Chunks(rowBytes, copy, rows, true);
  }

  /// Returns the chunks so far; the array is not changed later.
  MemorySegment[] segments() {
    return segments;
  }

  /// Returns the number of the first row of a chunk.
  int start(int chunk) {
    int own = chunk - baseChunks;
    if (own <= 0) {
      return own < 0 ? 0 : baseRows;
    }
    return baseRows
        + (own < growing
            ? FIRST_ROWS * ((1 << own) - 1)
            : fullRows - FIRST_ROWS + Math.multiplyExact(own - growing, fullRows));
  }

  /// Returns how many rows a chunk has room for.
  int rows(int chunk) {
    int own = chunk - baseChunks;
    if (own < 0) {
      return baseRows;
    }
    return own < growing ? FIRST_ROWS << own : fullRows;
  }

  /// Returns the chunk of a row.
  int chunk(int row) {
    if (row < baseRows) {
      return 0;
    }
    // Counted from 64, chunks begin at powers of two, later at multiples of the full size.
    int at = row - baseRows + FIRST_ROWS;
    return at < fullRows ? baseChunks - FIRST_SHIFT + log2(at) : fullChunks + (at >>> fullShift);
  }

  private static int log2(int n) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(n);
  }

  /// Makes room for the rows up to `row`.
  void reserve(int row) {
    int chunk = chunk(row);
    while (segments.length <= chunk) {
      int next = segments.length;
      MemorySegment[] more = Arrays.copyOf(segments, next + 1);
      more[next] = NativeMemory.allocate(arena, rows(next) * rowBytes + SLACK_BYTES);
      long[] moreZeros = Arrays.copyOf(zeros, next + 1);
      moreZeros[next] = ref(more[next], next) - start(next) * rowBytes;
      zeros = moreZeros;
      segments = more;
    }
  }

  void write(int row, float[] vector) {
    reserve(row);
    int chunk = chunk(row);
    MemorySegment.copy(
        vector, 0, segments[chunk], ValueLayout.JAVA_FLOAT, offset(row, chunk), vector.length);
  }

  float[] readFloats(int row) {
    int chunk = chunk(row);
    float[] vector = new float[(int) (rowBytes / Float.BYTES)];
    MemorySegment.copy(
        segments[chunk],
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        offset(row, chunk),
        vector,
        0,
        vector.length);
    return vector;
  }

  /// Returns whether two rows hold the same bytes.
  boolean same(int row, int other) {
    int chunk = chunk(row);
    int otherChunk = chunk(other);
    long at = offset(row, chunk);
    long otherAt = offset(other, otherChunk);
    return MemorySegment.mismatch(
            segments[chunk], at, at + rowBytes, segments[otherChunk], otherAt, otherAt + rowBytes)
        == -1;
  }

  /// Returns whether a row lies in what this began with, which can't be written to.
  boolean isBase(int row) {
    return row < baseRows;
  }

  private long ref(MemorySegment segment, int chunk) {
    return everything != null ? segment.address() : Refs.of(chunk, 0);
  }

  /// Returns what [#refs] refers to. Whoever reads it keeps this object reachable meanwhile.
  MemorySegment[] referred() {
    return everything != null ? everything : segments;
  }

  /// Where each of the first `count` of `rows` starts in [#referred].
  void refs(int[] rows, int count, long[] out) {
    // In local variables: the loop has none too many registers.
    long[] from = zeros;
    long bytes = rowBytes;
    int before = baseRows - FIRST_ROWS;
    int full = fullRows;
    int shift = fullShift;
    int firstFull = fullChunks;
    int firstGrowing = baseChunks - FIRST_SHIFT;
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      int at = row - before;
      int chunk;
      if (at >= full) {
        chunk = firstFull + (at >>> shift);
      } else {
        chunk = at < FIRST_ROWS ? 0 : firstGrowing + log2(at);
      }
      out[i] = from[chunk] + row * bytes;
    }
  }

  /// What is done with rows that lie one after another.
  @FunctionalInterface
  interface Run {
    /// With `count` rows from byte `at` of `rows` on; `done` rows were before them.
    void of(MemorySegment rows, long at, int count, int done);
  }

  /// Has something done with the `count` rows from `first` on, with as many at a time as lie
  /// together. The segment is the one that is read fastest.
  void runs(int first, int count, Run run) {
    try {
      for (int done = 0; done < count; ) {
        int row = first + done;
        int chunk = chunk(row);
        int together = Math.min(count - done, start(chunk) + rows(chunk) - row);
        if (everything != null) {
          run.of(everything[0], zeros[chunk] + row * rowBytes, together, done);
        } else {
          run.of(segments[chunk], offset(row, chunk), together, done);
        }
        done += together;
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /// Returns where a row starts in its chunk.
  long offset(int row, int chunk) {
    return (row - start(chunk)) * rowBytes;
  }
}
