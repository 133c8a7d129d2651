package ai.fovea.index.faiss;

import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers as they lie in a Faiss file: little-endian, at any address.
final class LittleEndian {
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /// Element `i` of a table of int64.
  static long longAt(MemorySegment table, long i) {
    return table.get(LONG, i * Long.BYTES);
  }

  /// Element `i` of a table of int32.
  static int intAt(MemorySegment table, long i) {
    return table.get(INT, i * Integer.BYTES);
  }

  /// Row `row` of a table of floats, `[dimension]`.
  static float[] row(MemorySegment table, int dimension, long row) {
    float[] out = new float[dimension];
    MemorySegment.copy(table, FLOAT, row * dimension * Float.BYTES, out, 0, dimension);
    return out;
  }

  /// Returns a table of these numbers in the file's order.
  static MemorySegment of(long... values) {
    MemorySegment out =
        MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Long.BYTES)]);
    MemorySegment.copy(values, 0, out, LONG, 0, values.length);
    return out;
  }

  /// Returns a table of these numbers in the file's order.
  static MemorySegment of(int... values) {
    MemorySegment out =
        MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Integer.BYTES)]);
    MemorySegment.copy(values, 0, out, INT, 0, values.length);
    return out;
  }

  /// Rows `[N][D]` as a table of floats in the file's order, off the heap.
  static MemorySegment of(int dimension, float[][] rows) {
    long bytes = (long) rows.length * dimension * Float.BYTES;
    MemorySegment out = NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != dimension) {
        throw new IllegalArgumentException(
            "vector " + i + " has " + rows[i].length + " values, expected " + dimension);
      }
      MemorySegment.copy(rows[i], 0, out, FLOAT, (long) i * dimension * Float.BYTES, dimension);
    }
    return out;
  }

  /// Returns how many elements of `bytes` bytes a table holds.
  static int count(String what, MemorySegment table, long bytes) {
    long count = table.byteSize() / bytes;
    if (count * bytes != table.byteSize()) {
      throw new IllegalArgumentException(
          what + " take " + table.byteSize() + " bytes, expected a multiple of " + bytes);
    }
    if (count > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          what + ": there are " + count + ", expected at most " + (Integer.MAX_VALUE - 8));
    }
    return (int) count;
  }
}
