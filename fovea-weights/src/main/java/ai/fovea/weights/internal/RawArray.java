package ai.fovea.weights.internal;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// Arrays as raw bytes, and back.
public final class RawArray {
  private RawArray() {}

  /// An array from NumPy's element code (`f4`, `i8`, `b1` …) and raw bytes.
  ///
  /// @param columns whether the bytes are in column-major order
  /// @return nothing where the code is unknown or the number of bytes is wrong
  public static Optional<NDArray> decode(
      String code, boolean bigEndian, int[] dims, long n, boolean columns, byte[] raw) {
    return type(code)
        .filter(t -> n * t.bytes() == raw.length)
        .map(t ->
            decode(
                t,
                bigEndian,
                dims,
                columns && dims.length > 1 ? rowMajor(raw, dims, t.bytes()) : raw));
  }

  /// An array from raw bytes in row-major order; their number must fit.
  public static NDArray decode(DType type, boolean bigEndian, int[] dims, byte[] raw) {
    ByteBuffer in =
        ByteBuffer.wrap(raw).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case FLOAT32 -> {
        float[] out = new float[raw.length / 4];
        in.asFloatBuffer().get(out);
        yield NDArray.of(out, dims);
      }
      case FLOAT64 -> {
        double[] out = new double[raw.length / 8];
        in.asDoubleBuffer().get(out);
        yield NDArray.of(out, dims);
      }
      case INT64 -> {
        long[] out = new long[raw.length / 8];
        in.asLongBuffer().get(out);
        yield NDArray.of(out, dims);
      }
      case INT32 -> {
        int[] out = new int[raw.length / 4];
        in.asIntBuffer().get(out);
        yield NDArray.of(out, dims);
      }
      case FLOAT16, BFLOAT16, INT16 -> {
        short[] out = new short[raw.length / 2];
        in.asShortBuffer().get(out);
        yield NDArray.of(type, out, dims);
      }
      case INT8, UINT8, BOOL -> NDArray.of(type, raw, dims);
    };
  }

  /// The values as little-endian bytes in row-major order.
  public static byte[] encode(NDArray array) {
    byte[] raw = new byte[Math.multiplyExact(array.size(), array.dtype().bytes())];
    ByteBuffer out = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    switch (array.array()) {
      case float[] f -> out.asFloatBuffer().put(f);
      case double[] d -> out.asDoubleBuffer().put(d);
      case long[] l -> out.asLongBuffer().put(l);
      case int[] i -> out.asIntBuffer().put(i);
      case short[] s -> out.asShortBuffer().put(s);
      case byte[] b -> out.put(b);
      default -> throw new IllegalArgumentException("no bytes for " + array);
    }
    return raw;
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

  private static byte[] rowMajor(byte[] columns, int[] dims, int bytes) {
    byte[] out = new byte[columns.length];
    int[] at = new int[dims.length];
    for (int to = 0; to < out.length; to += bytes) {
      long from = 0;
      for (int d = dims.length - 1; d >= 0; d--) {
        from = from * dims[d] + at[d];
      }
      System.arraycopy(columns, (int) from * bytes, out, to, bytes);
      for (int d = dims.length - 1; d >= 0 && ++at[d] == dims[d]; d--) {
        at[d] = 0;
      }
    }
    return out;
  }
}
