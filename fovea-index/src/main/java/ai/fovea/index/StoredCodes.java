package ai.fovea.index;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Codes that are kept beside the vectors: of each row some bytes and two numbers, relative to a
/// centre that all rows share.
///
/// In a file: the centre (`4D` bytes), the two numbers of each row (`8N`), the bytes of each row,
/// each section at a multiple of 64 bytes; then what a kind of codes adds.
abstract sealed class StoredCodes extends Codes permits ByteCodes, BitCodes {
  final Metric metric;
  final float[] centre;
  final Chunks codes;
  private final int rowBytes;
  // Where they end in the file that they come from.
  private final long end;
  private volatile float[] firsts;
  private volatile float[] seconds;

  /// With none put yet, `rowBytes` bytes a row.
  StoredCodes(Metric metric, float[] centre, int rowBytes) {
    this.metric = metric;
    this.centre = centre;
    this.rowBytes = rowBytes;
    this.end = 0;
    this.codes = new Chunks(rowBytes);
    this.firsts = new float[0];
    this.seconds = new float[0];
  }

  /// What [#write] wrote, at `at` of a file of `rows` rows.
  StoredCodes(Metric metric, int dimension, int rowBytes, MemorySegment file, long at, int rows) {
    this.metric = metric;
    this.rowBytes = rowBytes;
    long centreBytes = (long) dimension * Float.BYTES;
    this.end = at + bytes(dimension, rowBytes, rows);
    IndexFile.check(end <= file.byteSize(), at, "the codes do not fit in");
    this.centre = file.asSlice(at, centreBytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    long factorsAt = at + IndexFile.aligned(centreBytes);
    long factorBytes = 2L * rows * Float.BYTES;
    float[] factors =
        file.asSlice(factorsAt, factorBytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    float[] ofFirsts = new float[rows];
    float[] ofSeconds = new float[rows];
    for (int row = 0; row < rows; row++) {
      ofFirsts[row] = factors[2 * row];
      ofSeconds[row] = factors[2 * row + 1];
    }
    this.firsts = ofFirsts;
    this.seconds = ofSeconds;
    long codesAt = factorsAt + IndexFile.aligned(factorBytes);
    this.codes = Chunks.copyOf(file.asSlice(codesAt, (long) rows * rowBytes), rowBytes, rows);
  }

  /// Returns where what a kind of codes has added begins in the file that they come from.
  final long end() {
    return end;
  }

  @Override
  long bytes(int rows) {
    return bytes(centre.length, rowBytes, rows);
  }

  private static long bytes(int dimension, int rowBytes, int rows) {
    return IndexFile.aligned((long) dimension * Float.BYTES)
        + IndexFile.aligned(2L * rows * Float.BYTES)
        + IndexFile.aligned((long) rows * rowBytes);
  }

  @Override
  void write(int[] rows, IndexOutput out) throws IOException {
    out.floats(centre);
    out.align();
    for (int row : rows) {
      out.number(Float.floatToRawIntBits(firsts[row]));
      out.number(Float.floatToRawIntBits(seconds[row]));
    }
    out.align();
    for (int row : rows) {
      int chunk = codes.chunk(row);
      out.bytes(codes.segments()[chunk], codes.offset(row, chunk), rowBytes);
    }
    out.align();
  }

  /// Returns the first number of each row.
  final float[] firsts() {
    return firsts;
  }

  /// Returns the second number of each row.
  final float[] seconds() {
    return seconds;
  }

  /// Stores both numbers of a row, last of all: what is read of a row is complete once they are
  /// there.
  final void keep(int row, float first, float second) {
    seconds = with(seconds, row, second);
    firsts = with(firsts, row, first);
  }

  private static float[] with(float[] of, int row, float value) {
    float[] to =
        row < of.length ? of : Arrays.copyOf(of, Math.max(row + 1, of.length + of.length / 2));
    to[row] = value;
    return to;
  }

  /// Puts into `values` what rows' codes are multiplied with, for a query `[D]`: the query itself,
  /// or for distances its difference from the centre. Returns the part of every ordered score that
  /// does not depend on the row.
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
