package ai.fovea.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A digest of what a network computes: its operations and weights, whatever program wrote the file.
///
/// Taken in are the versions of the operator sets, the inputs and outputs with their names and types, the nodes in their order with type, domain and
/// attributes, and the weights by type, shape and values. Left out are names of values, nodes and weights, producer, documentation, metadata and annotations of shapes in between,
/// the order of attributes, and whether weights stand in the file or beside it. The same network exported again has the same digest.
///
/// Field numbers are those of `onnx.proto`.
public final class OnnxDigest {
  private final OnnxNetwork network;
  private final MessageDigest digest = sha256();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final byte[] chunk = new byte[1 << 16];

  private OnnxDigest(OnnxNetwork network) {
    this.network = network;
  }

  /// The digest of a network: SHA-256, 64 hexadecimal digits.
  ///
  /// @throws OnnxException where the file is damaged
  public static String of(OnnxNetwork network) {
    try (Arena arena = Arena.ofConfined()) {
      return new OnnxDigest(network).model(network.whole(arena));
    } catch (IOException | InternalError e) {
      throw new OnnxException("not a network that can be read: " + e.getMessage(), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// A field of a message: a number, or bytes.
  private record Field(int number, long value, MemorySegment bytes) {}

  private static List<Field> fields(MemorySegment message) throws IOException {
    if (message.byteSize() > Integer.MAX_VALUE) {
      throw new IOException("longer than a message can be");
    }
    CodedInputStream in = CodedInputStream.newInstance(message.asByteBuffer());
    in.setSizeLimit(Integer.MAX_VALUE);
    var fields = new ArrayList<Field>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_VARINT ->
            fields.add(new Field(number, in.readRawVarint64(), MemorySegment.NULL));
        case WireFormat.WIRETYPE_FIXED32 ->
            fields.add(new Field(number, in.readFixed32(), MemorySegment.NULL));
        case WireFormat.WIRETYPE_FIXED64 ->
            fields.add(new Field(number, in.readFixed64(), MemorySegment.NULL));
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int length = in.readRawVarint32();
          long from = in.getTotalBytesRead();
          in.skipRawBytes(length);
          fields.add(new Field(number, 0, message.asSlice(from, length)));
        }
        default -> in.skipField(tag);
      }
    }
    return fields;
  }

  private static String text(MemorySegment bytes) {
    return StandardCharsets.UTF_8.decode(bytes.asByteBuffer()).toString();
  }

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes.length);
    digest.update(bytes);
  }

  private void put(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      digest.update((byte) (value >> shift));
    }
  }

  private void put(MemorySegment bytes) {
    put(bytes.byteSize());
    // Some memory is an array of floats, which no buffer of bytes can be.
    for (long at = 0; at < bytes.byteSize(); at += chunk.length) {
      int length = (int) Math.min(chunk.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
      digest.update(chunk, 0, length);
    }
  }

  private String model(MemorySegment model) throws IOException {
    var operators = new TreeMap<String, Long>();
    MemorySegment graph = MemorySegment.NULL;
    for (Field f : fields(model)) {
      switch (f.number) {
        case 7 -> graph = f.bytes;
        case 8 -> {
          String domain = "";
          long version = 0;
          for (Field o : fields(f.bytes)) {
            switch (o.number) {
              case 1 -> domain = text(o.bytes);
              case 2 -> version = o.value;
              default -> {}
            }
          }
          operators.put(domain.equals("ai.onnx") ? "" : domain, version);
        }
        default -> {}
      }
    }
    put("fovea-network-1");
    operators.forEach((domain, version) -> {
      put(domain);
      put(version);
    });
    graph(graph);
    return HexFormat.of().formatHex(digest.digest());
  }

  private void graph(MemorySegment graph) throws IOException {
    List<Field> fields = fields(graph);
    var weights = new HashMap<String, List<Field>>();
    for (Field f : fields) {
      if (f.number == 5) {
        List<Field> tensor = fields(f.bytes);
        for (Field t : tensor) {
          if (t.number == 8) {
            weights.put(text(t.bytes), tensor);
          }
        }
      }
    }
    for (Field f : fields) {
      // Older files repeat weights among the inputs.
      if (f.number == 11 && !weights.containsKey(name(f.bytes))) {
        put("input");
        value(f.bytes);
        numbers.put(name(f.bytes), numbers.size());
      }
    }
    for (Field f : fields) {
      if (f.number == 1) {
        node(fields(f.bytes), weights);
      }
    }
    for (Field f : fields) {
      if (f.number == 12) {
        put("output");
        value(f.bytes);
        use(name(f.bytes), weights);
      }
    }
  }

  private static String name(MemorySegment value) throws IOException {
    for (Field f : fields(value)) {
      if (f.number == 1) {
        return text(f.bytes);
      }
    }
    return "";
  }

  /// Name and type of an input or output.
  private void value(MemorySegment value) throws IOException {
    for (Field f : fields(value)) {
      if (f.number == 1 || f.number == 2) {
        put(f.bytes);
      }
    }
  }

  private void node(List<Field> node, Map<String, List<Field>> weights) throws IOException {
    String type = "";
    String domain = "";
    var attributes = new TreeMap<String, MemorySegment>();
    for (Field f : node) {
      switch (f.number) {
        case 4 -> type = text(f.bytes);
        case 5 -> attributes.put(name(f.bytes), f.bytes);
        case 7 -> domain = text(f.bytes);
        default -> {}
      }
    }
    put("node");
    put(type);
    put(domain.equals("ai.onnx") ? "" : domain);
    for (Field f : node) {
      if (f.number == 1) {
        use(text(f.bytes), weights);
      }
    }
    for (var attribute : attributes.entrySet()) {
      put(attribute.getKey());
      for (Field f : fields(attribute.getValue())) {
        if (f.number != 1 && f.number != 13) { // name and documentation
          put(f.number);
          put(f.value);
          put(f.bytes);
        }
      }
    }
    for (Field f : node) {
      if (f.number == 2) {
        numbers.put(text(f.bytes), numbers.size());
        put("yields");
      }
    }
  }

  /// A value that is used: a weight when it is first met, else the number of what yields it.
  private void use(String name, Map<String, List<Field>> weights) throws IOException {
    Integer known = numbers.get(name);
    if (known != null) {
      put(known);
      return;
    }
    put("new");
    numbers.put(name, numbers.size());
    List<Field> weight = weights.get(name);
    if (weight != null) {
      weight(weight);
    } else {
      put(name); // an input that is left out is called ""
    }
  }

  /// Type, shape and values, wherever they lie.
  private void weight(List<Field> tensor) throws IOException {
    long type = 0;
    long elements = 1;
    var external = new HashMap<String, String>();
    boolean isExternal = false;
    for (Field f : tensor) {
      switch (f.number) {
        case 1 -> {
          for (long d : numbers(f)) {
            put(d);
            elements *= d;
          }
        }
        case 2 -> type = f.value;
        case 13 -> {
          List<Field> entry = fields(f.bytes);
          String key = "";
          String value = "";
          for (Field e : entry) {
            switch (e.number) {
              case 1 -> key = text(e.bytes);
              case 2 -> value = text(e.bytes);
              default -> {}
            }
          }
          external.put(key, value);
        }
        case 14 -> isExternal = f.value == 1;
        default -> {}
      }
    }
    put(type);
    if (isExternal) {
      put(external(external, width((int) type) * elements));
      return;
    }
    for (Field f : tensor) {
      switch (f.number) {
        // Packed floats and doubles are the bytes that raw data would be.
        case 4, 9, 10 -> put(f.bytes);
        case 5, 6, 7, 11 -> {
          put(f.number);
          for (long v : numbers(f)) {
            put(v);
          }
        }
        default -> {}
      }
    }
  }

  private MemorySegment external(Map<String, String> where, long length) throws IOException {
    try {
      long offset = Long.parseLong(where.getOrDefault("offset", "0"));
      String told = where.get("length");
      return network
          .stored(
              where.getOrDefault("location", ""),
              offset,
              told == null ? length : Long.parseLong(told))
          .orElseThrow(() -> new IOException("weights beside it are not there"));
    } catch (NumberFormatException e) {
      throw new IOException("weights beside it have no place", e);
    }
  }

  /// Bytes of an element.
  private static long width(int type) {
    return switch (type) {
      case 2, 3, 9 -> 1; // 8 bits, bool
      case 4, 5, 10, 16 -> 2; // 16 bits
      case 1, 6, 12 -> 4; // float32, 32 bits
      default -> 8;
    };
  }

  /// The numbers of a field that may be packed.
  private static List<Long> numbers(Field field) throws IOException {
    if (field.bytes.equals(MemorySegment.NULL)) {
      return List.of(field.value);
    }
    CodedInputStream in = CodedInputStream.newInstance(field.bytes.asByteBuffer());
    var all = new ArrayList<Long>();
    while (!in.isAtEnd()) {
      all.add(in.readRawVarint64());
    }
    return all;
  }
}
