package ai.fovea.graph;

import java.util.Arrays;

/// A named tensor's values on the Java heap: a type, a fixed shape, and a flat row-major Java array.
///
/// `FLOAT32` is a `float[]`, `FLOAT64` a `double[]`, `INT64` a `long[]`, `INT32` an `int[]`, the 16-bit types
/// (raw bits of `FLOAT16` and `BFLOAT16` included) a `short[]`, the 8-bit ones and `BOOL` a `byte[]`.
/// The array is not copied: whoever passes it hands it over.
public final class NDArray {
  private final DType dtype;
  private final Shape shape;
  private final Object array;

  private NDArray(DType dtype, Shape shape, Object array, int length) {
    if (!shape.isFixed() || shape.size() != length) {
      throw new GraphException("an array of " + length + " values can't have the shape " + shape);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.array = array;
  }

  /// Float32 values.
  public static NDArray of(float[] values, int... dims) {
    return new NDArray(DType.FLOAT32, Shape.of(dims), values, values.length);
  }

  /// Float64 values.
  public static NDArray of(double[] values, int... dims) {
    return new NDArray(DType.FLOAT64, Shape.of(dims), values, values.length);
  }

  /// Int64 values.
  public static NDArray of(long[] values, int... dims) {
    return new NDArray(DType.INT64, Shape.of(dims), values, values.length);
  }

  /// Int32 values.
  public static NDArray of(int[] values, int... dims) {
    return new NDArray(DType.INT32, Shape.of(dims), values, values.length);
  }

  /// Values of a 16-bit type (`INT16`, or the raw bits of `FLOAT16` and `BFLOAT16`).
  public static NDArray of(DType dtype, short[] values, int... dims) {
    if (dtype.bytes() != 2) {
      throw new GraphException(dtype.text() + " is not a 16-bit type");
    }
    return new NDArray(dtype, Shape.of(dims), values, values.length);
  }

  /// Values of an 8-bit type.
  public static NDArray of(DType dtype, byte[] values, int... dims) {
    if (dtype.bytes() != 1) {
      throw new GraphException(dtype.text() + " is not an 8-bit type");
    }
    return new NDArray(dtype, Shape.of(dims), values, values.length);
  }

  /// The element type.
  public DType dtype() {
    return dtype;
  }

  /// The fixed shape.
  public Shape shape() {
    return shape;
  }

  /// The number of elements.
  public int size() {
    return shape.size();
  }

  /// The values as float32: the array itself where it is one, else a converted copy.
  ///
  /// @throws GraphException for booleans
  public float[] floats() {
    return switch (array) {
      case float[] f -> f;
      case double[] d -> convert(d.length, i -> (float) d[i]);
      case long[] l -> convert(l.length, i -> (float) l[i]);
      case int[] n -> convert(n.length, i -> (float) n[i]);
      case short[] s ->
          switch (dtype) {
            case FLOAT16 -> convert(s.length, i -> Float.float16ToFloat(s[i]));
            case BFLOAT16 -> convert(s.length, i -> Float.intBitsToFloat(s[i] << 16));
            default -> convert(s.length, i -> s[i]);
          };
      case byte[] b when dtype == DType.INT8 -> convert(b.length, i -> b[i]);
      case byte[] b -> convert(b.length, i -> b[i] & 0xFF);
      default -> throw new GraphException("no float values in an array of " + dtype.text());
    };
  }

  /// The values as int64: the array itself where it is one, else a converted copy.
  ///
  /// @throws GraphException for floating types
  public long[] longs() {
    return switch (array) {
      case long[] l -> l;
      case int[] n -> Arrays.stream(n).asLongStream().toArray();
      default -> throw new GraphException("no whole numbers in an array of " + dtype.text());
    };
  }

  /// The Java array itself, of the class that the type prescribes (see above).
  public Object array() {
    return array;
  }

  /// The same values under another shape of equal size.
  public NDArray reshaped(int... dims) {
    return new NDArray(dtype, Shape.of(dims), array, size());
  }

  private interface At {
    float get(int i);
  }

  private static float[] convert(int n, At at) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = at.get(i);
    }
    return out;
  }

  @Override
  public String toString() {
    return dtype.text() + shape;
  }
}
