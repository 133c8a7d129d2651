package ai.fovea.weights;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.weights.internal.RawArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

/// The safetensors format: eight bytes of header length, a JSON header, raw little-endian values.
public final class Safetensors {
  private static final int MAX_HEADER = 100_000_000;
  private static final JsonMapper JSON = new JsonMapper();

  private Safetensors() {}

  /// Reads all tensors, in the header's order.
  ///
  /// @throws WeightsException naming file, tensor and reason
  public static Map<String, NDArray> read(Path file) throws IOException {
    return read(file.toString(), WholeFile.read(file, WholeFile.DATA));
  }

  /// Reads all tensors, in the header's order.
  ///
  /// @param name what errors call the file
  public static Map<String, NDArray> read(String name, byte[] bytes) throws WeightsException {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8) {
      throw new WeightsException(
          name + ": too short for a safetensors file: " + bytes.length + " bytes");
    }
    long header = in.getLong();
    if (header < 2 || header > MAX_HEADER || header > bytes.length - 8) {
      throw new WeightsException(
          name + ": claims a header of " + header + " bytes in a file of " + bytes.length);
    }
    int start = 8 + (int) header;
    JsonNode root;
    try {
      root = JSON.readTree(new String(bytes, 8, (int) header, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new WeightsException(name + ": the header is not JSON: " + e.getOriginalMessage());
    }
    var out = new LinkedHashMap<String, NDArray>();
    for (var entry : root.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        out.put(
            entry.getKey(), tensor(name + ": " + entry.getKey(), entry.getValue(), bytes, start));
      }
    }
    return out;
  }

  private static NDArray tensor(String place, JsonNode info, byte[] bytes, int start)
      throws WeightsException {
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
    double n = type.bytes();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.path(i).asInt(-1);
      n *= dims[i];
      if (dims[i] < 0) {
        throw new WeightsException(place + ": shape " + shape);
      }
    }
    if (from < 0 || to < from || to > bytes.length - start || to - from != n) {
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
    byte[] raw = new byte[(int) (to - from)];
    System.arraycopy(bytes, start + (int) from, raw, 0, raw.length);
    return RawArray.decode(type, false, dims, raw);
  }

  /// Writes tensors, atomically.
  public static void write(Path file, Map<String, NDArray> tensors) throws IOException {
    var header = JSON.createObjectNode();
    var data = new ByteArrayOutputStream();
    tensors.forEach((name, array) -> {
      var info = header.putObject(name);
      info.put("dtype", code(array.dtype()));
      var shape = info.putArray("shape");
      Arrays.stream(array.shape().sizes()).forEach(shape::add);
      info.putArray("data_offsets")
          .add(data.size())
          .add(data.size() + array.size() * array.dtype().bytes());
      data.writeBytes(RawArray.encode(array));
    });
    byte[] json = JSON.writeValueAsBytes(header);
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    out.writeBytes(json);
    data.writeTo(out);
    AtomicFile.write(file, out.toByteArray());
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
