package ai.fovea.index;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Codes that are kept beside the vectors: of each row some bytes and two numbers, relative to a centre that all rows share.
///
/// In a file: the centre (`4D` bytes), the two numbers of each row (`8N`), the bytes of each row, each section at a multiple of
/// 64 bytes.
abstract sealed class StoredCodes extends Codes permits ByteCodes, BitCodes {
  final Metric metric;
  final float[] centre;
  final Chunks codes;
  private final int rowBytes;
  private volatile float[] factors;

  /// With none put yet, `rowBytes` bytes a row.
  StoredCodes(Metric metric, float[] centre, int rowBytes) {
    this.metric = metric;
    this.centre = centre;
    this.rowBytes = rowBytes;
    this.codes = new Chunks(rowBytes);
    this.factors = new float[0];
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  StoredCodes(Metric metric, int dimension, int rowBytes, MemorySegment file, long at, int rows) {
    this.metric = metric;
    this.rowBytes = rowBytes;
    long centreBytes = (long) dimension * Float.BYTES;
    IndexFile.check(
        file.byteSize() - at == bytes(dimension, rowBytes, rows), at, "the codes do not fit in");
    this.centre = file.asSlice(at, centreBytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    long factorsAt = at + IndexFile.aligned(centreBytes);
    long factorBytes = 2L * rows * Float.BYTES;
    this.factors = file.asSlice(factorsAt, factorBytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    long codesAt = factorsAt + IndexFile.aligned(factorBytes);
    this.codes = Chunks.copyOf(file.asSlice(codesAt, (long) rows * rowBytes), rowBytes, rows);
  }

  @Override
  final long bytes(int rows) {
    return bytes(centre.length, rowBytes, rows);
  }

  private static long bytes(int dimension, int rowBytes, int rows) {
    return IndexFile.aligned((long) dimension * Float.BYTES)
        + IndexFile.aligned(2L * rows * Float.BYTES)
        + IndexFile.aligned((long) rows * rowBytes);
  }

  @Override
  final void write(int[] rows, IndexOutput out) throws IOException {
    out.floats(centre);
    out.align();
    for (int row : rows) {
      out.number(Float.floatToRawIntBits(factors[2 * row]));
      out.number(Float.floatToRawIntBits(factors[2 * row + 1]));
    }
    out.align();
    for (int row : rows) {
      int chunk = codes.chunk(row);
      out.bytes(codes.segments()[chunk], codes.offset(row, chunk), rowBytes);
    }
    out.align();
  }

  /// Both numbers of all rows, those of row `r` at `2r`.
  final float[] factors() {
    return factors;
  }

  /// Stores both numbers of a row, last of all: what is read of a row is complete once they are there.
  final void keep(int row, float first, float second) {
    float[] to = factors;
    if (2 * row + 1 >= to.length) {
      to = Arrays.copyOf(to, Math.max(2 * row + 2, to.length + to.length / 2));
    }
    to[2 * row] = first;
    to[2 * row + 1] = second;
    factors = to;
  }

  /// Puts into `values` what rows' codes are multiplied with, for a query `[D]`: the query itself, or for distances its
  /// difference from the centre. Returns the part of every merit that does not depend on the row.
  final float relate(float[] query, float[] values) {
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
    return sum;
  }
}
