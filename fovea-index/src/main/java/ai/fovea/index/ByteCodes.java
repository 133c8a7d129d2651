package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// A signed byte a value: a row `r` is stored as `c + s·b`, with a centre `c` that all rows share, a factor `s` of the row's
/// own and whole numbers `b` from -127 to 127. The two numbers of a row are `s` and `|e|²`.
///
/// Queries stay as they are. With `e = s·b`: inner product `q·r = q·c + s(q·b)`; squared distance, with `p = q - c`,
/// `|q - r|² = |p|² - 2s(p·b) + |e|²`.
final class ByteCodes extends StoredCodes {
  private static final int LANES = 16;
  private static final int LARGEST = 127;

  private final Kernels kernels;
  private final int padded;

  ByteCodes(Metric metric, Kernels kernels, float[] centre) {
    super(metric, centre, padded(centre.length));
    this.kernels = kernels;
    this.padded = padded(centre.length);
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  ByteCodes(Metric metric, Kernels kernels, int dimension, MemorySegment file, long at, int rows) {
    super(metric, dimension, padded(dimension), file, at, rows);
    this.kernels = kernels;
    this.padded = padded(dimension);
  }

  private static int padded(int dimension) {
    return Math.ceilDiv(dimension, LANES) * LANES;
  }

  @Override
  void put(int row, float[] vector) {
    codes.reserve(row);
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
    keep(row, factor, factor * factor * squares);
  }

  @Override
  Query query() {
    return new ByteQuery();
  }

  @Override
  int rescored(int k) {
    return (int) Math.min(Integer.MAX_VALUE, k + Math.max(8L, k / 2));
  }

  private final class ByteQuery extends Query {
    private final float[] values = new float[padded];
    private final float[] decoded = new float[centre.length];
    private float offset;
    private long[] refs = new long[64];

    @Override
    void set(float[] query) {
      offset = relate(query, values);
    }

    @Override
    void setRow(int row) {
      MemorySegment segment = codes.segments()[codes.chunk(row)];
      long at = codes.offset(row, codes.chunk(row));
      float factor = firsts()[row];
      for (int d = 0; d < decoded.length; d++) {
        decoded[d] = centre[d] + factor * segment.get(ValueLayout.JAVA_BYTE, at + d);
      }
      set(decoded);
    }

    @Override
    void merits(int[] rows, int count, float[] out) {
      refs = refs(codes, rows, count, refs);
      float[] factors = firsts();
      try {
        kernels.dotBytes(values, codes.referred(), refs, count, out);
      } finally {
        Reference.reachabilityFence(codes);
      }
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + factors[rows[i]] * out[i];
          }
        }
        case L2 -> {
          float[] squares = seconds();
          for (int i = 0; i < count; i++) {
            out[i] = offset + 2 * factors[rows[i]] * out[i] - squares[rows[i]];
          }
        }
      }
    }

    @Override
    void merits(int first, int count, float[] out) {
      MemorySegment[] segments = codes.segments();
      for (int done = 0; done < count; ) {
        int row = first + done;
        int chunk = codes.chunk(row);
        int n = Math.min(count - done, codes.start(chunk) + codes.rows(chunk) - row);
        kernels.dotBytes(values, segments[chunk], codes.offset(row, chunk), n, out, done);
        done += n;
      }
      finish(first, count, out);
    }

    @Override
    void merits(Query other, int first, int count, float[] out, float[] otherOut) {
      if (!(other instanceof ByteQuery second)) {
        super.merits(other, first, count, out, otherOut);
        return;
      }
      MemorySegment[] segments = codes.segments();
      for (int done = 0; done < count; ) {
        int row = first + done;
        int chunk = codes.chunk(row);
        int n = Math.min(count - done, codes.start(chunk) + codes.rows(chunk) - row);
        kernels.dotBytesTwice(
            values,
            second.values,
            segments[chunk],
            codes.offset(row, chunk),
            n,
            out,
            otherOut,
            done);
        done += n;
      }
      finish(first, count, out);
      second.finish(first, count, otherOut);
    }

    /// Makes merits of the products with the rows from `first` on.
    private void finish(int first, int count, float[] out) {
      float[] factors = firsts();
      switch (metric) {
        case INNER_PRODUCT -> {
          for (int i = 0; i < count; i++) {
            out[i] = offset + factors[first + i] * out[i];
          }
        }
        case L2 -> {
          float[] squares = seconds();
          for (int i = 0; i < count; i++) {
            out[i] = offset + 2 * factors[first + i] * out[i] - squares[first + i];
          }
        }
      }
    }
  }
}
