package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/// A signed byte a value: a row `r` is stored as `c + s·b`, with a centre `c` that all rows share, a factor `s` of the row's
/// own and whole numbers `b` from -127 to 127.
///
/// Queries stay as they are. With `e = s·b`: inner product `q·r = q·c + s(q·b)`; squared distance, with `p = q - c`,
/// `|q - r|² = |p|² - 2s(p·b) + |e|²`.
final class ByteCodes extends Codes {
  private static final int LANES = 16;
  private static final int LARGEST = 127;

  private final Metric metric;
  private final Kernels kernels;
  private final float[] centre;
  private final int padded;
  private final Chunks codes;
  // Both of each row: s, and |e|².
  private volatile float[] factors;

  ByteCodes(Metric metric, Kernels kernels, float[] centre) {
    this.metric = metric;
    this.kernels = kernels;
    this.centre = centre;
    this.padded = padded(centre.length);
    this.codes = new Chunks(padded);
    this.factors = new float[0];
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  ByteCodes(Metric metric, Kernels kernels, int dimension, MemorySegment file, long at, int rows) {
    this.metric = metric;
    this.kernels = kernels;
    this.padded = padded(dimension);
    IndexFile.check(file.byteSize() - at == bytes(dimension, rows), at, "the codes do not fit in");
    this.centre =
        file.asSlice(at, (long) dimension * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    long factorsAt = at + IndexFile.aligned((long) dimension * Float.BYTES);
    long factorBytes = 2L * rows * Float.BYTES;
    this.factors = file.asSlice(factorsAt, factorBytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    this.codes =
        Chunks.copyOf(
            file.asSlice(factorsAt + IndexFile.aligned(factorBytes), (long) rows * padded),
            padded,
            rows);
  }

  @Override
  long bytes(int rows) {
    return bytes(centre.length, rows);
  }

  private static long bytes(int dimension, int rows) {
    return IndexFile.aligned((long) dimension * Float.BYTES)
        + IndexFile.aligned(2L * rows * Float.BYTES)
        + IndexFile.aligned((long) rows * padded(dimension));
  }

  private static int padded(int dimension) {
    return Math.ceilDiv(dimension, LANES) * LANES;
  }

  @Override
  void write(int[] rows, IndexOutput out) throws IOException {
    out.floats(centre);
    out.align();
    for (int row : rows) {
      out.number(Float.floatToRawIntBits(factors[2 * row]));
      out.number(Float.floatToRawIntBits(factors[2 * row + 1]));
    }
    out.align();
    for (int row : rows) {
      out.bytes(codes.segments()[codes.chunk(row)], codes.offset(row, codes.chunk(row)), padded);
    }
    out.align();
  }

  @Override
  void put(int row, float[] vector) {
    codes.reserve(row);
    float[] to = factors;
    if (2 * row + 1 >= to.length) {
      to = Arrays.copyOf(to, Math.max(2 * row + 2, to.length + to.length / 2));
    }
    float largest = 0;
    for (int d = 0; d < centre.length; d++) {
      largest = Math.max(largest, Math.abs(vector[d] - centre[d]));
    }
    float factor = largest / LARGEST;
    float inverse = largest == 0 ? 0 : LARGEST / largest;
    MemorySegment segment = codes.segments()[codes.chunk(row)];
    long at = codes.offset(row, codes.chunk(row));
    long squares = 0;
    for (int d = 0; d < centre.length; d++) {
      int code = Math.round((vector[d] - centre[d]) * inverse);
      segment.set(ValueLayout.JAVA_BYTE, at + d, (byte) code);
      squares += (long) code * code;
    }
    to[2 * row] = factor;
    to[2 * row + 1] = factor * factor * squares;
    factors = to;
  }

  @Override
  Query query() {
    return new ByteQuery();
  }

  @Override
  boolean exact() {
    return false;
  }

  @Override
  int rescored(int k) {
    return k + Math.max(8, k / 2);
  }

  private final class ByteQuery extends Query {
    private final float[] values = new float[padded];
    private final float[] decoded = new float[centre.length];
    private float offset;
    private long[] refs = new long[64];

    @Override
    void set(float[] query) {
      float sum = 0;
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int d = 0; d < centre.length; d++) {
            values[d] = query[d];
            sum += query[d] * centre[d];
          }
        }
        case L2 -> {
          for (int d = 0; d < centre.length; d++) {
            float p = query[d] - centre[d];
            values[d] = p;
            sum -= p * p;
          }
        }
      }
      offset = sum;
    }

    @Override
    void setRow(int row) {
      MemorySegment segment = codes.segments()[codes.chunk(row)];
      long at = codes.offset(row, codes.chunk(row));
      float factor = factors[2 * row];
      for (int d = 0; d < decoded.length; d++) {
        decoded[d] = centre[d] + factor * segment.get(ValueLayout.JAVA_BYTE, at + d);
      }
      set(decoded);
    }

    @Override
    void merits(int[] rows, int count, float[] out) {
      refs = refs(codes, rows, count, refs);
      float[] of = factors;
      try {
        kernels.dotBytes(values, codes.referred(), refs, count, out);
      } finally {
        Reference.reachabilityFence(codes);
      }
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + of[2 * rows[i]] * out[i];
          }
        }
        case L2 -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + 2 * of[2 * rows[i]] * out[i] - of[2 * rows[i] + 1];
          }
        }
      }
    }
  }
}
