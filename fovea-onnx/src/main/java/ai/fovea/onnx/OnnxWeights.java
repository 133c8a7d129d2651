package ai.fovea.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The weights in an ONNX file: its initialisers, read past the rest of the file in one pass without a copy.
///
/// Field numbers are those of `onnx.proto`: the graph is field 7 of the model, an initialiser field 5 of the graph, and of a
/// tensor 2 is the element type, 4 the values as packed floats, 8 the name, 9 the values as bytes, 10 as packed doubles.
/// Values that lie in other files are not looked at.
public final class OnnxWeights {
  private static final int SHOWN = 5;
  private static final int FLOAT = 1;
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;

  private OnnxWeights() {}

  /// The names of initialisers that hold NaN or infinity. Masks, which consist of 0 and negative infinity or are one number,
  /// may be infinite.
  ///
  /// @return empty also where the bytes are no ONNX file: loading them tells
  public static List<String> notFinite(byte[] model) {
    List<String> found = new ArrayList<>();
    try {
      CodedInputStream in = CodedInputStream.newInstance(model);
      in.enableAliasing(true);
      in.setSizeLimit(Integer.MAX_VALUE);
      each(in, 7, graph -> each(graph, 5, tensor -> tensor(tensor, found)));
    } catch (IOException e) {
      return List.of(); // damaged: the runtime's own message is the better one
    }
    return List.copyOf(found);
  }

  /// Refuses a file with weights that are not finite.
  ///
  /// @param name what errors call it
  public static void requireFinite(String name, byte[] model) throws OnnxException {
    List<String> found = notFinite(model);
    if (!found.isEmpty()) {
      throw new OnnxException(
          name
              + ": weights that are not finite numbers: "
              + String.join(", ", found.subList(0, Math.min(SHOWN, found.size())))
              + (found.size() > SHOWN ? " and " + (found.size() - SHOWN) + " more" : "")
              + "; export the model again from weights before the training diverged",
          null);
    }
  }

  private interface Reader {
    void read(CodedInputStream in) throws IOException;
  }

  /// Hands every message in field `number` to a reader and skips the others.
  private static void each(CodedInputStream in, int number, Reader reader) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == number
          && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int limit = in.pushLimit(in.readRawVarint32());
        reader.read(in);
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static void tensor(CodedInputStream in, List<String> found) throws IOException {
    int type = 0;
    String name = "";
    ByteBuffer values = ByteBuffer.allocate(0);
    int width = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> type = in.readInt32();
        case 8 -> name = in.readString();
        case 4, 10 -> {
          if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            width = WireFormat.getTagFieldNumber(tag) == 4 ? Float.BYTES : Double.BYTES;
            values = in.readBytes().asReadOnlyByteBuffer();
          } else {
            in.skipField(tag);
          }
        }
        case 9 -> {
          ByteString raw = in.readBytes();
          values = raw.asReadOnlyByteBuffer();
        }
        default -> in.skipField(tag);
      }
    }
    values.order(ByteOrder.LITTLE_ENDIAN);
    boolean wrong =
        switch (type) {
          case FLOAT -> wrong(values, Float.BYTES);
          case DOUBLE -> wrong(values, Double.BYTES);
          // Halves that stand in the file as numbers (field 5) are not looked at.
          case FLOAT16, BFLOAT16 -> width == 0 && wrongHalf(values, type);
          default -> false;
        };
    if (wrong) {
      found.add(name.isEmpty() ? "(without a name)" : name);
    }
  }

  private static boolean wrong(ByteBuffer values, int width) {
    int n = values.remaining() / width;
    var seen = new Seen(n);
    for (int i = 0; i < n; i++) {
      seen.add(width == Float.BYTES ? values.getFloat(4 * i) : values.getDouble(8 * i));
    }
    return seen.isWrong();
  }

  private static boolean wrongHalf(ByteBuffer values, int type) {
    int n = values.remaining() / Short.BYTES;
    var seen = new Seen(n);
    for (int i = 0; i < n; i++) {
      short bits = values.getShort(2 * i);
      seen.add(type == FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16));
    }
    return seen.isWrong();
  }

  /// What kinds of values a tensor has.
  private static final class Seen {
    private final int size;
    private boolean nan;
    private boolean infinite;
    private boolean weight; // neither 0 nor negative infinity

    Seen(int size) {
      this.size = size;
    }

    void add(double v) {
      nan |= Double.isNaN(v);
      infinite |= Double.isInfinite(v);
      weight |= v != 0 && v != Double.NEGATIVE_INFINITY;
    }

    boolean isWrong() {
      return nan || (infinite && weight && size > 1);
    }
  }
}
