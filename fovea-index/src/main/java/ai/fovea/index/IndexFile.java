package ai.fovea.index;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// An index in a file, laid out such that it can be mapped: vectors stay where they are, the rest
/// is copied to memory.
///
/// Numbers are little-endian; sections start at multiples of 64 bytes, zeros between them.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `FVINDEX1` |
/// | 8 | 4 | kind: 0 flat, 1 IVF, 2 HNSW |
/// | 12 | 4 | dimension `D` |
/// | 16 | 4 | metric: 0 inner product, 1 L2 |
/// | 20 | 4 | quantisation: 0 none, 1 one byte a value, 2 one bit a value |
/// | 24 | 8 | rows `N` |
/// | 32 | 12 | IVF: lists, nprobe, 0; HNSW: m, efConstruction, efSearch; flat: zeros |
/// | 44 | 4 | zeros |
/// | 48 | 8 | length of the whole |
/// | 56 | 72 | numbers of the kind, see its class |
/// | 128 | 4ND | the vectors, row by row |
/// | | 8N | the id of each row; HNSW: -1 for a row that walks only pass over |
/// | | | sections of the kind, see its class |
///
/// There are no checksums: they belong to the file around it. Counts, ids and row numbers are
/// checked all the same; that values are finite is not (it would read every page).
public final class IndexFile {
  static final byte[] MAGIC = {'F', 'V', 'I', 'N', 'D', 'E', 'X', '1'};
  static final int HEADER_BYTES = 128;
  static final int OWN_NUMBERS = 56;
  static final int ALIGNMENT = 64;
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Their numbers in a file are their places here.
  static final List<Metric> METRICS = List.of(Metric.INNER_PRODUCT, Metric.L2);

  static final List<Quantization> QUANTIZATIONS =
      List.of(Quantization.NONE, Quantization.INT8, Quantization.BIT);

  private IndexFile() {}

  /// Takes bytes, one piece after another.
  @FunctionalInterface
  public interface Sink {
    /// Takes all of `bytes`, which may be changed once this returns.
    void write(MemorySegment bytes) throws IOException;
  }

  /// Returns an index over bytes that an index wrote.
  ///
  /// Vectors are read from `bytes`, by any thread; they must not change and are kept reachable as
  /// long as the index is (a mapping in an automatic arena is right). The index may be changed:
  /// what is new lies in memory of its own.
  ///
  /// @throws IllegalArgumentException where they are not such bytes, with the offset
  public static VectorIndex open(MemorySegment bytes) {
    Checks.anyThreads(bytes);
    Contents contents = read(bytes);
    return switch (contents.settings()) {
      case IndexSettings.Flat flat -> new FlatIndex(contents, flat);
      case IndexSettings.Ivf ivf -> new IvfIndex(contents, ivf);
      case IndexSettings.Hnsw hnsw -> new HnswIndex(contents, hnsw);
    };
  }

  /// What all kinds have.
  ///
  /// @param bytes the whole
  /// @param ids of each row
  /// @param next the offset behind the ids
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Contents(
      MemorySegment bytes,
      IndexSettings settings,
      int dimension,
      Metric metric,
      int rows,
      long[] ids,
      long next) {

    /// Returns the vectors, `[N,D]`.
    MemorySegment vectors() {
      return bytes.asSlice(HEADER_BYTES, (long) rows * dimension * Float.BYTES);
    }

    /// Returns one of the kind's own numbers in the header.
    int number(int index) {
      return bytes.get(INT, OWN_NUMBERS + (long) index * Integer.BYTES);
    }
  }

  static void check(boolean right, long offset, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException("not a valid index, at byte " + offset + ": " + otherwise);
    }
  }

  static long aligned(long offset) {
    return Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT;
  }

  private static Contents read(MemorySegment bytes) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(
          "index files are read on little-endian machines only");
    }
    long size = bytes.byteSize();
    check(
        size >= HEADER_BYTES
            && bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) == -1,
        0,
        "expected FVINDEX1");
    int kind = bytes.get(INT, 8);
    int dimension = bytes.get(INT, 12);
    int metric = bytes.get(INT, 16);
    int quantization = bytes.get(INT, 20);
    long rows = bytes.get(LONG, 24);
    check(dimension >= 1 && dimension <= 1 << 16, 12, "dimension " + dimension);
    check(metric >= 0 && metric < METRICS.size(), 16, "metric " + metric);
    check(
        quantization >= 0 && quantization < QUANTIZATIONS.size(),
        20,
        "quantisation " + quantization);
    check(
        rows >= 0
            && rows < Integer.MAX_VALUE - 8
            && rows <= (size - HEADER_BYTES) / ((long) dimension * Float.BYTES + Long.BYTES),
        24,
        rows + " rows do not fit in");
    check(bytes.get(LONG, 48) == size, 48, "expected " + size + " bytes");
    int[] numbers = new int[3];
    Arrays.setAll(numbers, i -> bytes.get(INT, 32 + (long) i * Integer.BYTES));
    long idsAt = aligned(HEADER_BYTES + rows * dimension * Float.BYTES);
    check(rows * Long.BYTES <= size - idsAt, 24, rows + " rows do not fit in");
    long[] ids = new long[(int) rows];
    MemorySegment.copy(bytes, LONG, idsAt, ids, 0, ids.length);
    return new Contents(
        bytes,
        settings(kind, numbers, QUANTIZATIONS.get(quantization)),
        dimension,
        METRICS.get(metric),
        (int) rows,
        ids,
        aligned(idsAt + rows * Long.BYTES));
  }

  private static IndexSettings settings(int kind, int[] numbers, Quantization quantization) {
    try {
      return switch (kind) {
        case 0 -> new IndexSettings.Flat(quantization);
        case 1 -> new IndexSettings.Ivf(numbers[0], numbers[1], quantization);
        case 2 -> new IndexSettings.Hnsw(numbers[0], numbers[1], numbers[2], quantization);
        default -> throw new IllegalArgumentException("kind " + kind + ", expected 0 to 2");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a valid index, from byte 8 on: " + e.getMessage(), e);
    }
  }
}
