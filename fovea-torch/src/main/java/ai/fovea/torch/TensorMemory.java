package ai.fovea.torch;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The memory in which libtorch keeps the values of a tensor on the processor.
final class TensorMemory {
  private TensorMemory() {}

  /// The memory of a tensor without gaps, for the moment: nothing keeps it from being freed.
  static MemorySegment of(Tensor tensor) {
    return of(tensor, Arena.global());
  }

  /// @param arena the view ends with it
  @SuppressWarnings("restricted") // libtorch tells an address and a length, which belong together
  static MemorySegment of(Tensor tensor, Arena arena) {
    try (var data = tensor.data_ptr()) {
      return tensor.nbytes() == 0
          ? MemorySegment.NULL
          : MemorySegment.ofAddress(data.address()).reinterpret(tensor.nbytes(), arena, null);
    }
  }

  /// Values as a tensor of that type has them.
  static MemorySegment values(NDArray array, ScalarType type) {
    return type == ScalarType.Float && array.dtype() != DType.FLOAT32
        ? MemorySegment.ofArray(array.floats())
        : array.memory();
  }
}
