package ai.fovea.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The weights in an ONNX file: its initialisers, read past the rest of the file in one pass without a copy.
///
/// Field numbers are those of `onnx.proto`: the graph is field 7 of the model, an initialiser field 5 of the graph, and of a
/// tensor 1 is the dimensions, 2 the element type, 4 the values as packed floats, 8 the name, 9 the values as bytes, 10 as packed doubles, 13 where they lie in
/// another file (keys and values), and 14 is 1 where they do.
public final class OnnxWeights {
  private static final int SHOWN = 5;
  private static final int FLOAT = 1;
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;

  private static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLES =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALVES =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private OnnxWeights() {}

  /// An initialiser.
  ///
  /// @param raw whether the values are bytes and not numbers of protobuf
  /// @param external where the values lie in another file
  private record Initializer(
      String name,
      int type,
      long elements,
      MemorySegment values,
      boolean raw,
      Optional<Map<String, String>> external) {}

  private interface Visitor {
    void visit(Initializer initializer) throws IOException;
  }

  /// The names of initialisers that hold NaN or infinity, also of those in files beside it. Masks, which consist of 0 and negative infinity or are one number,
  /// may be infinite.
  ///
  /// @return empty also where the bytes are no ONNX file: loading them tells
  public static List<String> notFinite(OnnxNetwork network) {
    List<String> found = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      read(
          network.whole(arena),
          i -> {
            if (isWrong(i, network)) {
              found.add(i.name.isEmpty() ? "(without a name)" : i.name);
            }
          });
    } catch (IOException | OnnxException e) {
      return List.of(); // damaged: the runtime's own message is the better one
    }
    return List.copyOf(found);
  }

  /// Refuses a network with weights that are not finite.
  ///
  /// @param name what errors call it
  public static void requireFinite(String name, OnnxNetwork network) {
    List<String> found = notFinite(network);
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

  /// The names of the files that a model file names for its weights; none also where it is damaged.
  ///
  /// @param name what errors call it
  /// @throws OnnxException where one would not lie beside it
  static Set<String> dataFiles(String name, MemorySegment model) {
    var files = new LinkedHashSet<String>();
    try {
      read(model, i -> i.external.ifPresent(e -> files.add(e.getOrDefault("location", ""))));
    } catch (IOException | OnnxException e) {
      return Set.of();
    }
    for (String file : files) {
      // Whoever made the model does not choose which files of this machine are read.
      if (file.isEmpty() || file.startsWith(".") || !file.matches("[^/\\\\:\\x00]+")) {
        throw new OnnxException(
            name + ": its weights are said to be in '" + file + "', which is no file beside it",
            null);
      }
    }
    return files;
  }

  private static void read(MemorySegment model, Visitor visitor) throws IOException {
    if (model.byteSize() > Integer.MAX_VALUE) {
      throw new IOException("longer than a message can be");
    }
    CodedInputStream in = CodedInputStream.newInstance(model.asByteBuffer());
    in.setSizeLimit(Integer.MAX_VALUE);
    each(in, 7, graph -> each(graph, 5, tensor -> visitor.visit(initializer(tensor, model))));
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

  private static Initializer initializer(CodedInputStream in, MemorySegment model)
      throws IOException {
    int type = 0;
    String name = "";
    long elements = 1;
    MemorySegment values = MemorySegment.NULL;
    boolean raw = true;
    boolean isExternal = false;
    Map<String, String> external = new HashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      int field = WireFormat.getTagFieldNumber(tag);
      switch (field) {
        case 1 -> {
          if (delimited) {
            int limit = in.pushLimit(in.readRawVarint32());
            while (!in.isAtEnd()) {
              elements *= in.readInt64();
            }
            in.popLimit(limit);
          } else {
            elements *= in.readInt64();
          }
        }
        case 2 -> type = in.readInt32();
        case 8 -> name = in.readString();
        case 4, 9, 10 -> {
          if (delimited) {
            int length = in.readRawVarint32();
            long from = in.getTotalBytesRead();
            in.skipRawBytes(length); // fails where it is longer than the rest
            values = model.asSlice(from, length);
            raw = field == 9;
          } else {
            in.skipField(tag);
          }
        }
        case 13 -> {
          int limit = in.pushLimit(in.readRawVarint32());
          entry(in, external);
          in.popLimit(limit);
        }
        case 14 -> isExternal = in.readEnum() == 1;
        default -> in.skipField(tag);
      }
    }
    return new Initializer(
        name, type, elements, values, raw, isExternal ? Optional.of(external) : Optional.empty());
  }

  private static void entry(CodedInputStream in, Map<String, String> entries) throws IOException {
    String key = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> key = in.readString();
        case 2 -> value = in.readString();
        default -> in.skipField(tag);
      }
    }
    entries.put(key, value);
  }

  private static boolean isWrong(Initializer i, OnnxNetwork network) {
    Optional<MemorySegment> values =
        i.external.isEmpty() ? Optional.of(i.values) : external(i, network);
    if (values.isEmpty()) {
      return false; // the runtime says that they are not there
    }
    MemorySegment v = values.get();
    return switch (i.type) {
      case FLOAT -> isWrong(v.byteSize() / 4, at -> v.getAtIndex(FLOATS, at));
      case DOUBLE -> isWrong(v.byteSize() / 8, at -> v.getAtIndex(DOUBLES, at));
      // Halves that stand in the file as numbers (field 5) are not looked at.
      case FLOAT16 ->
          i.raw && isWrong(v.byteSize() / 2, at -> Float.float16ToFloat(v.getAtIndex(HALVES, at)));
      case BFLOAT16 ->
          i.raw
              && isWrong(
                  v.byteSize() / 2, at -> Float.intBitsToFloat(v.getAtIndex(HALVES, at) << 16));
      default -> false;
    };
  }

  private static Optional<MemorySegment> external(Initializer i, OnnxNetwork network) {
    int width =
        switch (i.type) {
          case FLOAT -> Float.BYTES;
          case DOUBLE -> Double.BYTES;
          case FLOAT16, BFLOAT16 -> Short.BYTES;
          default -> 0; // whole numbers are finite
        };
    try {
      Map<String, String> where = i.external.orElseThrow();
      long offset = Long.parseLong(where.getOrDefault("offset", "0"));
      return network.data(
          where.getOrDefault("location", ""), offset, Math.multiplyExact(i.elements, width));
    } catch (ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private interface Values {
    double get(long index);
  }

  private static boolean isWrong(long n, Values values) {
    boolean nan = false;
    boolean infinite = false;
    boolean weight = false; // neither 0 nor negative infinity
    for (long i = 0; i < n; i++) {
      double v = values.get(i);
      nan |= Double.isNaN(v);
      infinite |= Double.isInfinite(v);
      weight |= v != 0 && v != Double.NEGATIVE_INFINITY;
    }
    return nan || (infinite && weight && n > 1);
  }
}
