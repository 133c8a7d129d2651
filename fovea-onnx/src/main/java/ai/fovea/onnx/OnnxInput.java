package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What an input of a network is given: one array, or the rows of a batch, which lie apart until the run copies them into native memory.
///
/// @param shape of the whole, fixed
/// @param parts the values, one after the other
public record OnnxInput(DType dtype, Shape shape, List<MemorySegment> parts) {
  /// Checks that the parts are as long as the shape says.
  public OnnxInput {
    parts = List.copyOf(parts);
    long bytes = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    if (bytes != bytes(dtype, shape)) {
      throw new IllegalArgumentException(bytes + " bytes can't be " + dtype.text() + shape);
    }
  }

  /// One array.
  public static OnnxInput of(NDArray array) {
    return new OnnxInput(array.dtype(), array.shape(), List.of(array.memory()));
  }

  /// The rows of a batch.
  ///
  /// @param rows of one type and shape, `[D…]`, at least one; the batch is `[N,D…]`
  public static OnnxInput batch(List<NDArray> rows) {
    NDArray first = rows.getFirst();
    int[] sizes = first.shape().sizes();
    int[] all = new int[sizes.length + 1];
    all[0] = rows.size();
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    for (NDArray row : rows) {
      if (row.dtype() != first.dtype() || !row.shape().equals(first.shape())) {
        throw new IllegalArgumentException("rows of one batch are " + first + " and " + row);
      }
    }
    return new OnnxInput(first.dtype(), Shape.of(all), rows.stream().map(NDArray::memory).toList());
  }

  long bytes() {
    return bytes(dtype, shape);
  }

  private static long bytes(DType dtype, Shape shape) {
    long n = dtype.bytes();
    for (int size : shape.sizes()) {
      n *= size;
    }
    return n;
  }
}
