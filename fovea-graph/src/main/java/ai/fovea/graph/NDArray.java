package ai.fovea.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// The values of a tensor: a type, a fixed shape, and memory that holds them row-major, little-endian, without gaps.
///
/// The memory is a Java array that somebody handed over, or a view of native memory: a mapped file of weights, a tensor of an engine. Neither is
/// copied, and whoever has the array or the memory must not change it. A view is readable as long as its memory is: those of mapped files as long as
/// anything refers to them, others as their maker says, after which each access throws [IllegalStateException]. Where somebody cuts a file off that is
/// mapped, reading what is gone throws [InternalError]; files that are replaced by others of the same name are not cut.
///
/// `FLOAT16` and `BFLOAT16` are raw bits of 16, `BOOL` is a byte of 0 or 1. Thread-safe.
public final class NDArray {
  // Views begin anywhere: safetensors and pickles align nothing.
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  static {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("this processor is big-endian, which is not supported");
    }
  }

  private final DType dtype;
  private final Shape shape;
  private final MemorySegment memory;

  private NDArray(DType dtype, Shape shape, MemorySegment memory) {
    if (!shape.isFixed() || (long) shape.size() * dtype.bytes() != memory.byteSize()) {
      throw new GraphException(memory.byteSize() + " bytes can't be " + dtype.text() + shape);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.memory = memory;
  }

  /// Float32 values.
  public static NDArray of(float[] values, int... dims) {
    return new NDArray(DType.FLOAT32, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// Float64 values.
  public static NDArray of(double[] values, int... dims) {
    return new NDArray(DType.FLOAT64, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// Int64 values.
  public static NDArray of(long[] values, int... dims) {
    return new NDArray(DType.INT64, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// Int32 values.
  public static NDArray of(int[] values, int... dims) {
    return new NDArray(DType.INT32, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// Values of a 16-bit type (`INT16`, or the raw bits of `FLOAT16` and `BFLOAT16`).
  public static NDArray of(DType dtype, short[] values, int... dims) {
    if (dtype.bytes() != 2) {
      throw new GraphException(dtype.text() + " is not a 16-bit type");
    }
    return new NDArray(dtype, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// Values of an 8-bit type.
  public static NDArray of(DType dtype, byte[] values, int... dims) {
    if (dtype.bytes() != 1) {
      throw new GraphException(dtype.text() + " is not an 8-bit type");
    }
    return new NDArray(dtype, Shape.of(dims), MemorySegment.ofArray(values));
  }

  /// A view of values in memory, which may begin at any address.
  ///
  /// @param memory exactly the values, row-major and little-endian
  public static NDArray view(DType dtype, MemorySegment memory, int... dims) {
    return new NDArray(dtype, Shape.of(dims), memory);
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

  /// The memory itself, read-only: all values, row-major and little-endian. It may begin at any address.
  public MemorySegment memory() {
    return memory.asReadOnly();
  }

  /// The values as float32: the Java array itself where it is one, else a converted copy.
  ///
  /// @throws GraphException for booleans
  public float[] floats() {
    if (dtype == DType.FLOAT32 && wholeArray() instanceof float[] own) {
      return own;
    }
    float[] out = new float[size()];
    copyFloats(0, out, out.length);
    return out;
  }

  /// Copies some values as float32, for who looks at large tensors piece by piece.
  ///
  /// @param from index of the first one
  /// @param to receives them from its beginning
  /// @throws GraphException for booleans
  /// @throws IndexOutOfBoundsException where there are not so many, here or there
  public void copyFloats(int from, float[] to, int count) {
    Objects.checkFromIndexSize(from, count, size());
    Objects.checkFromIndexSize(0, count, to.length);
    MemorySegment m = memory;
    switch (dtype) {
      case FLOAT32 -> MemorySegment.copy(m, FLOAT, (long) from * Float.BYTES, to, 0, count);
      case FLOAT64 -> convert(to, count, i -> (float) m.getAtIndex(DOUBLE, (long) from + i));
      case FLOAT16 ->
          convert(to, count, i -> Float.float16ToFloat(m.getAtIndex(SHORT, (long) from + i)));
      case BFLOAT16 ->
          convert(to, count, i -> Float.intBitsToFloat(m.getAtIndex(SHORT, (long) from + i) << 16));
      case INT64 -> convert(to, count, i -> (float) m.getAtIndex(LONG, (long) from + i));
      case INT32 -> convert(to, count, i -> (float) m.getAtIndex(INT, (long) from + i));
      case INT16 -> convert(to, count, i -> m.getAtIndex(SHORT, (long) from + i));
      case INT8 -> convert(to, count, i -> m.get(BYTE, (long) from + i));
      case UINT8 -> convert(to, count, i -> m.get(BYTE, (long) from + i) & 0xFF);
      case BOOL -> throw new GraphException("no float values in an array of " + dtype.text());
    }
  }

  /// The values as int64: the Java array itself where it is one, else a converted copy.
  ///
  /// @throws GraphException for all types but int64 and int32
  public long[] longs() {
    if (dtype == DType.INT64) {
      return wholeArray() instanceof long[] own ? own : memory.toArray(LONG);
    }
    if (dtype == DType.INT32) {
      return Arrays.stream(memory.toArray(INT)).asLongStream().toArray();
    }
    throw new GraphException("no whole numbers in an array of " + dtype.text());
  }

  /// The Java array that the memory is, from its first element to its last; the memory itself where it is not one.
  private Object wholeArray() {
    Object array = memory.heapBase().orElse(memory);
    int length =
        switch (array) {
          case float[] f -> f.length;
          case long[] l -> l.length;
          default -> -1;
        };
    return length == size() ? array : memory;
  }

  /// The same values under another shape of equal size.
  public NDArray reshaped(int... dims) {
    return new NDArray(dtype, Shape.of(dims), memory);
  }

  private interface At {
    float get(int i);
  }

  private static void convert(float[] to, int count, At at) {
    for (int i = 0; i < count; i++) {
      to[i] = at.get(i);
    }
  }

  @Override
  public String toString() {
    return dtype.text() + shape;
  }
}
