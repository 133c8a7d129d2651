package ai.fovea.onnx;

import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Type;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Element types, shapes and values as the runtime has them, and as Fovea has them.
final class OnnxTypes {
  private OnnxTypes() {}

  static OnnxJavaType java(DType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
    };
  }

  private static DType of(String name, OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case BFLOAT16 -> DType.BFLOAT16;
      case INT8 -> DType.INT8;
      case UINT8 -> DType.UINT8;
      case INT16 -> DType.INT16;
      case INT32 -> DType.INT32;
      case INT64 -> DType.INT64;
      case BOOL -> DType.BOOL;
      case STRING, UNKNOWN ->
          throw new OnnxException(name + ": elements of type " + type + " are not supported", null);
    };
  }

  /// The types of inputs or outputs that are tensors, by name.
  static Map<String, Type> types(Map<String, NodeInfo> infos) {
    var out = new LinkedHashMap<String, Type>();
    for (var info : infos.entrySet()) {
      if (info.getValue().getInfo() instanceof TensorInfo tensor) {
        out.put(info.getKey(), new Type(of(info.getKey(), tensor.type), shape(tensor)));
      }
    }
    return Collections.unmodifiableMap(out);
  }

  /// The free dimensions keep what the model calls them; one without a name becomes `N` (the first axis) or `axisK`.
  private static Shape shape(TensorInfo tensor) {
    long[] sizes = tensor.getShape();
    String[] names = tensor.getDimensionNames();
    var dims = new ArrayList<Dim>();
    for (int axis = 0; axis < sizes.length; axis++) {
      dims.add(sizes[axis] >= 0 ? Dim.of(sizes[axis]) : named(names[axis], axis));
    }
    return Shape.of(dims);
  }

  /// Names are any text: others than ours are not arithmetic.
  private static Dim named(String name, int axis) {
    try {
      return Dim.parse(name);
    } catch (GraphException e) {
      return Dim.named(axis == 0 ? "N" : "axis" + axis);
    }
  }

  static long[] longs(Shape shape) {
    return Arrays.stream(shape.sizes()).asLongStream().toArray();
  }

  /// A copy of a tensor's values.
  static NDArray array(String name, OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    DType type = of(name, info.type);
    return switch (type) {
      case FLOAT32 -> {
        FloatBuffer data = tensor.getFloatBuffer();
        float[] out = new float[data.remaining()];
        data.get(out);
        yield NDArray.of(out, dims);
      }
      case INT64 -> {
        LongBuffer data = tensor.getLongBuffer();
        long[] out = new long[data.remaining()];
        data.get(out);
        yield NDArray.of(out, dims);
      }
      default -> {
        ByteBuffer data = tensor.getByteBuffer();
        byte[] out = new byte[data.remaining()];
        data.get(out);
        yield NDArray.view(type, MemorySegment.ofArray(out), dims);
      }
    };
  }
}
