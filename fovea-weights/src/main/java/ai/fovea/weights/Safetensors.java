package ai.fovea.weights;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.WholeFile;
import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The safetensors format: eight bytes of header length (little-endian), a JSON header, raw little-endian values.
///
/// The header is an object with `{"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [FROM, TO]}` for each tensor, in bytes behind the header. Here blanks follow
/// it, so that the values begin at a multiple of eight.
public final class Safetensors {
  private static final int MAX_HEADER = 100_000_000;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final JsonMapper JSON = new JsonMapper();

  private Safetensors() {}

  /// Reads all tensors of a file of any length, in the header's order, as views of the mapped file ([WholeFile#map]).
  ///
  /// @throws WeightsException naming file, tensor and reason
  public static Map<String, NDArray> read(Path file) throws IOException {
    return read(file.toString(), WholeFile.map(file));
  }

  /// All tensors of a file in memory, in the header's order, as views of it.
  ///
  /// @param name what errors call the file
  public static Map<String, NDArray> read(String name, MemorySegment memory) {
    long length = memory.byteSize();
    if (length < 8) {
      throw new WeightsException(name + ": too short for a safetensors file: " + length + " bytes");
    }
    long header = memory.get(LONG, 0);
    if (header < 2 || header > MAX_HEADER || header > length - 8) {
      throw new WeightsException(
          name + ": claims a header of " + header + " bytes in a file of " + length);
    }
    MemorySegment values = memory.asSlice(8 + header);
    JsonNode root;
    try {
      byte[] json = memory.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE);
      root = JSON.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new WeightsException(name + ": the header is not JSON: " + e.getOriginalMessage());
    }
    var out = new LinkedHashMap<String, NDArray>();
    for (var entry : root.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        out.put(entry.getKey(), tensor(name + ": " + entry.getKey(), entry.getValue(), values));
      }
    }
    return out;
  }

  private static NDArray tensor(String place, JsonNode info, MemorySegment values) {
    DType type =
        switch (info.path("dtype").asString("")) {
          case "F32" -> DType.FLOAT32;
          case "F64" -> DType.FLOAT64;
          case "F16" -> DType.FLOAT16;
          case "BF16" -> DType.BFLOAT16;
          case "I64" -> DType.INT64;
          case "I32" -> DType.INT32;
          case "I16" -> DType.INT16;
          case "I8" -> DType.INT8;
          case "U8" -> DType.UINT8;
          case "BOOL" -> DType.BOOL;
          default -> throw new WeightsException(place + ": element type " + info.path("dtype"));
        };
    JsonNode shape = info.path("shape");
    long from = info.path("data_offsets").path(0).asLong(-1);
    long to = info.path("data_offsets").path(1).asLong(-1);
    int[] dims = new int[shape.size()];
    double n = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.path(i).asInt(-1);
      n *= dims[i];
      if (dims[i] < 0) {
        throw new WeightsException(place + ": shape " + shape);
      }
    }
    if (n > Integer.MAX_VALUE) {
      throw new WeightsException(place + ": more elements than a tensor can have: " + shape);
    }
    if (from < 0 || to < from || to > values.byteSize() || to - from != (long) (n * type.bytes())) {
      throw new WeightsException(
          place
              + ": bytes "
              + from
              + " to "
              + to
              + " don't hold "
              + type.text()
              + shape
              + " within the file");
    }
    return NDArray.view(type, values.asSlice(from, to - from), dims);
  }

  /// Writes tensors, atomically, from where they lie.
  public static void write(Path file, Map<String, NDArray> tensors) throws IOException {
    var header = JSON.createObjectNode();
    long at = 0;
    for (var tensor : tensors.entrySet()) {
      NDArray array = tensor.getValue();
      var info = header.putObject(tensor.getKey());
      info.put("dtype", code(array.dtype()));
      var shape = info.putArray("shape");
      Arrays.stream(array.shape().sizes()).forEach(shape::add);
      info.putArray("data_offsets").add(at).add(at + array.memory().byteSize());
      at += array.memory().byteSize();
    }
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padded = Arrays.copyOf(json, Math.ceilDiv(json.length, Long.BYTES) * Long.BYTES);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    AtomicFile.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
          out.write(padded);
          for (NDArray array : tensors.values()) {
            Segments.write(array.memory(), out);
          }
        });
  }

  private static String code(DType type) {
    return switch (type) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case INT64 -> "I64";
      case INT32 -> "I32";
      case INT16 -> "I16";
      case INT8 -> "I8";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
    };
  }
}
