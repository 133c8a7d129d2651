package ai.fovea.weights.internal;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Arrays over raw bytes.
public final class RawArray {
  private RawArray() {}

  /// An array from NumPy's element code (`f4`, `i8`, `b1` …) and raw bytes: a view of them where they are little-endian and row-major, else
  /// a converted copy.
  ///
  /// @param columns whether the bytes are in column-major order
  /// @param copies where a copy goes to
  /// @return nothing where the code is unknown or the number of bytes is wrong
  static Optional<NDArray> decode(
      String code,
      boolean bigEndian,
      int[] dims,
      long n,
      boolean columns,
      MemorySegment raw,
      SegmentAllocator copies) {
    return type(code)
        .filter(t -> Math.multiplyExact(n, t.bytes()) == raw.byteSize())
        .map(t -> {
          MemorySegment rows = columns && dims.length > 1 ? rowMajor(raw, dims, t, copies) : raw;
          MemorySegment little =
              bigEndian && t.bytes() > 1 ? swapped(rows, t.bytes(), copies) : rows;
          return NDArray.view(t, little, dims);
        });
  }

  /// NumPy's code of an element type. BF16 travels as `u2`, as Paddle writes it.
  static String code(DType type) {
    return switch (type) {
      case FLOAT32 -> "f4";
      case FLOAT64 -> "f8";
      case FLOAT16 -> "f2";
      case BFLOAT16 -> "u2";
      case INT8 -> "i1";
      case UINT8 -> "u1";
      case INT16 -> "i2";
      case INT32 -> "i4";
      case INT64 -> "i8";
      case BOOL -> "b1";
    };
  }

  private static Optional<DType> type(String code) {
    return Optional.ofNullable(
        switch (code) {
          case "f4" -> DType.FLOAT32;
          case "f8" -> DType.FLOAT64;
          case "f2" -> DType.FLOAT16;
          case "u2" -> DType.BFLOAT16;
          case "i1" -> DType.INT8;
          case "u1" -> DType.UINT8;
          case "i2" -> DType.INT16;
          case "i4" -> DType.INT32;
          case "i8" -> DType.INT64;
          case "b1" -> DType.BOOL;
          default -> null;
        });
  }

  private static MemorySegment rowMajor(
      MemorySegment columns, int[] dims, DType type, SegmentAllocator copies) {
    int bytes = type.bytes();
    MemorySegment out = copies.allocate(columns.byteSize(), Long.BYTES);
    int[] at = new int[dims.length];
    for (long to = 0; to < out.byteSize(); to += bytes) {
      long from = 0;
      for (int d = dims.length - 1; d >= 0; d--) {
        from = from * dims[d] + at[d];
      }
      MemorySegment.copy(columns, from * bytes, out, to, bytes);
      for (int d = dims.length - 1; d >= 0 && ++at[d] == dims[d]; d--) {
        at[d] = 0;
      }
    }
    return out;
  }

  /// The bytes of each value the other way round.
  private static MemorySegment swapped(MemorySegment in, int bytes, SegmentAllocator copies) {
    MemorySegment out = copies.allocate(in.byteSize(), Long.BYTES);
    for (long at = 0; at < in.byteSize(); at += bytes) {
      for (int i = 0; i < bytes; i++) {
        byte b = in.get(ValueLayout.JAVA_BYTE, at + bytes - 1 - i);
        out.set(ValueLayout.JAVA_BYTE, at + i, b);
      }
    }
    return out;
  }

  /// The bytes that a text in UTF-8 stands for as Latin-1, as which pickles of protocol 2 have bytes.
  ///
  /// @return nothing where it is not UTF-8 or has other characters
  static Optional<MemorySegment> latin1(MemorySegment utf8, SegmentAllocator copies) {
    long length = 0;
    for (long i = 0; i < utf8.byteSize(); i++) {
      length += utf8.get(ValueLayout.JAVA_BYTE, i) >= 0 ? 1 : 0;
    }
    // What is not ASCII takes two bytes each.
    MemorySegment out = copies.allocate(length + (utf8.byteSize() - length) / 2, Long.BYTES);
    long to = 0;
    for (long i = 0; i < utf8.byteSize(); i++) {
      byte b = utf8.get(ValueLayout.JAVA_BYTE, i);
      if (b < 0) {
        if ((b & 0xFE) != 0xC2 || ++i == utf8.byteSize()) {
          return Optional.empty();
        }
        byte next = utf8.get(ValueLayout.JAVA_BYTE, i);
        if ((next & 0xC0) != 0x80) {
          return Optional.empty();
        }
        b = (byte) ((b << 6) | (next & 0x3F));
      }
      out.set(ValueLayout.JAVA_BYTE, to++, b);
    }
    return Optional.of(out);
  }
}
