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
    return k + Math.max(8, k / 2);
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
      float factor = factors()[2 * row];
      for (int d = 0; d < decoded.length; d++) {
        decoded[d] = centre[d] + factor * segment.get(ValueLayout.JAVA_BYTE, at + d);
      }
      set(decoded);
    }

    @Override
    void merits(int[] rows, int count, float[] out) {
      refs = refs(codes, rows, count, refs);
      float[] of = factors();
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
