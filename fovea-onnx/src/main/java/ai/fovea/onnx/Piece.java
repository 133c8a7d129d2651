package ai.fovea.onnx;

import ai.fovea.graph.GraphException;
import ai.fovea.graph.NDArray;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A part of a file that is put together without copying what is long: memory as it is, or values that become float32 when the file is written.
///
/// @param bytes as they are written, where nothing is converted
/// @param length in bytes, as written
record Piece(MemorySegment bytes, Optional<NDArray> converted, long length) {

  /// Bytes as they are.
  static Piece of(MemorySegment bytes) {
    return new Piece(bytes, Optional.empty(), bytes.byteSize());
  }

  /// The values of a tensor; floating types as float32.
  ///
  /// @throws GraphException for types that exported networks don't have
  static Piece of(NDArray values) {
    return switch (values.dtype()) {
      case FLOAT32, INT64 -> of(values.memory());
      case FLOAT64, FLOAT16, BFLOAT16 ->
          new Piece(MemorySegment.NULL, Optional.of(values), (long) Float.BYTES * values.size());
      case INT8, UINT8, INT16, INT32, BOOL ->
          throw new GraphException(
              "no " + values.dtype().text() + " constants in an exported network");
    };
  }

  MemorySegment memory() {
    return converted.map(v -> MemorySegment.ofArray(v.floats())).orElse(bytes);
  }
}
