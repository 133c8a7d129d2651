package ai.fovea.weights.internal;

import ai.fovea.graph.NDArray;
import ai.fovea.weights.WeightsException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The stack machine of Python's pickle format, for data only (opcodes: CPython's `pickletools`).
///
/// A stream can name globals, but a name only becomes one of the few [Global]s, and calling one only fills in an
/// array, an element type, or bytes. There is no way from a stream to a class or a method.
///
/// Long because each opcode has its lines here, in one `switch`.
// Over 400 lines: one flat switch over the opcodes and the handful of things they build.
public final class PickleReader {
  private static final int MAX_DEPTH = 64;

  private final String name;
  private final ByteBuffer in;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int opcodeAt;

  /// The names that a stream of arrays needs.
  enum Global {
    RECONSTRUCT,
    NDARRAY,
    DTYPE,
    ENCODE,
    TUPLE,
    SCALAR
  }

  /// An element type that the stream describes in two steps: name, then byte order.
  static final class TypeBuilder {
    final String code;
    boolean bigEndian;

    TypeBuilder(String code) {
      this.code = code;
    }
  }

  /// An array that the stream describes in two steps: an empty one, then its state.
  static final class ArrayBuilder {
    Optional<NDArray> array = Optional.empty();
  }

  /// Reads `bytes`; errors call them `name`.
  public PickleReader(String name, byte[] bytes) {
    this.name = name;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The value that the stream describes.
  public Object read() throws WeightsException {
    if (!in.hasRemaining()) {
      throw new WeightsException(name + ": the file is empty");
    }
    try {
      while (true) {
        opcodeAt = in.position();
        int opcode = u8();
        if (opcode == '.') {
          if (stack.size() != 1 || !marks.isEmpty()) {
            throw wrong("ends with " + stack.size() + " values on the stack instead of one");
          }
          return finish(stack.get(0));
        }
        step(opcode);
      }
    } catch (ArithmeticException | IllegalArgumentException | ClassCastException e) {
      throw wrong("malformed: " + e.getMessage());
    }
  }

  private void step(int opcode) throws WeightsException {
    switch (opcode) {
      case 0x80 -> {
        int protocol = u8();
        if (protocol > 5) {
          throw wrong("pickle protocol " + protocol + " is not known (0 to 5 are)");
        }
      }
      case 0x95 -> length(take(8).getLong(), 1); // FRAME: a hint for buffering
      case '}' -> push(new LinkedHashMap<Object, Object>());
      case ']' -> push(new ArrayList<Object>());
      case ')' -> push(List.of());
      case '(' -> marks.add(stack.size());
      case 'd' -> {
        List<Object> items = popToMark();
        Map<Object, Object> dict = new LinkedHashMap<>();
        putAll(dict, items);
        push(dict);
      }
      case 'l' -> push(popToMark());
      case 't' -> push(popToMark());
      case 0x85 -> push(popMany(1));
      case 0x86 -> push(popMany(2));
      case 0x87 -> push(popMany(3));
      case 's' -> {
        List<Object> pair = popMany(2);
        putAll(dict(top()), pair);
      }
      case 'u' -> {
        List<Object> items = popToMark();
        putAll(dict(top()), items);
      }
      case 'a' -> {
        Object item = pop();
        list(top()).add(item);
      }
      case 'e' -> {
        List<Object> items = popToMark();
        list(top()).addAll(items);
      }
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'q' -> memo.put(u8(), top());
      case 'r' -> memo.put(length(u32(), 0), top());
      case 'p' -> memo.put(Integer.parseInt(line()), top());
      case 'h' -> push(remembered(u8()));
      case 'j' -> push(remembered(length(u32(), 0)));
      case 'g' -> push(remembered(Integer.parseInt(line())));
      case 'N' -> push(Optional.empty());
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) u8());
      case 'M' -> push((long) (take(2).getShort() & 0xFFFF));
      case 'J' -> push((long) take(4).getInt());
      case 'I' -> {
        String text = line();
        push(
            text.equals("01")
                ? (Object) true
                : text.equals("00") ? (Object) false : (Object) Long.parseLong(text));
      }
      case 'L' -> {
        String text = line();
        push(Long.parseLong(text.endsWith("L") ? text.substring(0, text.length() - 1) : text));
      }
      case 0x8a -> push(whole(bytes(u8())));
      case 0x8b -> push(whole(bytes(length(u32(), 1))));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(take(8).getLong())));
      case 'F' -> push(Double.parseDouble(line()));
      case 'X' -> push(utf8(bytes(length(u32(), 1))));
      case 0x8c -> push(utf8(bytes(u8())));
      case 0x8d -> push(utf8(bytes(length(take(8).getLong(), 1))));
      case 'V' -> push(escaped(line()));
      case 'S' -> push(quoted(line()));
      case 'T' -> push(latin1(bytes(length(u32(), 1))));
      case 'U' -> push(latin1(bytes(u8())));
      case 'B' -> push(bytes(length(u32(), 1)));
      case 'C' -> push(bytes(u8()));
      case 0x8e, 0x96 -> push(bytes(length(take(8).getLong(), 1)));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        List<Object> names = popMany(2);
        push(global((String) names.get(0), (String) names.get(1)));
      }
      case 'R' -> {
        List<Object> call = popMany(2);
        push(call(call.get(0), call.get(1)));
      }
      case 'b' -> {
        Object state = pop();
        build(top(), state);
      }
      default ->
          throw wrong(
              in.position() == 1 ? "not a pickle" : "opcode 0x%02x is not data".formatted(opcode));
    }
  }

  private Global global(String module, String item) throws WeightsException {
    return switch (module + "." + item) {
      case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" ->
          Global.RECONSTRUCT;
      case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" -> Global.SCALAR;
      case "numpy.ndarray" -> Global.NDARRAY;
      case "numpy.dtype" -> Global.DTYPE;
      case "_codecs.encode" -> Global.ENCODE;
      case "builtins.tuple", "__builtin__.tuple" -> Global.TUPLE;
      default ->
          throw wrong(
              "refers to "
                  + module
                  + "."
                  + item
                  + ": only arrays and plain data are read, nothing is executed");
    };
  }

  private Object call(Object callable, Object arguments) throws WeightsException {
    if (!(callable instanceof Global global) || !(arguments instanceof List<?> args)) {
      throw wrong("calls something that is not a function");
    }
    return switch (global) {
      case RECONSTRUCT -> new ArrayBuilder();
      case DTYPE -> {
        if (args.isEmpty() || !(args.get(0) instanceof String code)) {
          throw wrong("an element type without a name");
        }
        yield new TypeBuilder(code);
      }
      case ENCODE -> {
        if (args.size() != 2
            || !(args.get(0) instanceof String text)
            || !"latin1".equals(args.get(1))) {
          throw wrong("an encoding other than latin1");
        }
        yield text.getBytes(StandardCharsets.ISO_8859_1);
      }
      case TUPLE -> args.size() == 1 && args.get(0) instanceof List<?> list ? list : List.of();
      case SCALAR -> {
        if (args.size() != 2
            || !(args.get(0) instanceof TypeBuilder type)
            || !(args.get(1) instanceof byte[] raw)) {
          throw wrong("a malformed number");
        }
        NDArray one = array(List.of(), type, false, raw);
        yield one.dtype().floating() ? (Object) (double) one.floats()[0] : (Object) one.longs()[0];
      }
      case NDARRAY -> throw wrong("calls numpy.ndarray");
    };
  }

  private void build(Object target, Object state) throws WeightsException {
    if (!(state instanceof List<?> s)) {
      throw wrong("sets the state of something that is not an array");
    }
    if (target instanceof TypeBuilder type && s.size() >= 2 && s.get(1) instanceof String order) {
      type.bigEndian = order.equals(">");
    } else if (target instanceof ArrayBuilder builder
        && s.size() == 5
        && s.get(1) instanceof List<?> shape
        && s.get(2) instanceof TypeBuilder type
        && s.get(3) instanceof Boolean columns) {
      if (!(s.get(4) instanceof byte[] raw)) {
        throw wrong("an array of Python objects (element type " + type.code + "), not of numbers");
      }
      builder.array = Optional.of(array(shape, type, columns, raw));
    } else {
      throw wrong("sets the state of something that is not an array");
    }
  }

  private NDArray array(List<?> shape, TypeBuilder type, boolean columns, byte[] raw)
      throws WeightsException {
    int[] dims = new int[shape.size()];
    long n = 1;
    for (int i = 0; i < dims.length; i++) {
      if (!(shape.get(i) instanceof Long d) || d < 0 || d > Integer.MAX_VALUE) {
        throw wrong("an array of shape " + shape);
      }
      dims[i] = d.intValue();
      n = Math.multiplyExact(n, d);
    }
    return RawArray.decode(type.code, type.bigEndian, dims, n, columns, raw)
        .orElseThrow(() ->
            wrong(
                "an array of shape "
                    + shape
                    + " and element type "
                    + type.code
                    + " in "
                    + raw.length
                    + " bytes"));
  }

  /// Replaces builders by what they built, at every depth, each shared object once.
  private Object finish(Object root) throws WeightsException {
    return finish(root, 0, new IdentityHashMap<>());
  }

  private Object finish(Object value, int depth, IdentityHashMap<Object, Object> done)
      throws WeightsException {
    if (depth > MAX_DEPTH) {
      throw wrong("containers nest more than " + MAX_DEPTH + " deep");
    }
    Object known = done.get(value);
    if (known != null) {
      return known;
    }
    return switch (value) {
      case Global g -> throw wrong("holds a function");
      case TypeBuilder t -> throw wrong("holds an element type");
      case ArrayBuilder b -> b.array.orElseThrow(() -> wrong("holds an array without content"));
      case Map<?, ?> map -> {
        Map<Object, Object> out = new LinkedHashMap<>();
        done.put(value, out);
        for (var e : map.entrySet()) {
          out.put(finish(e.getKey(), depth + 1, done), finish(e.getValue(), depth + 1, done));
        }
        yield out;
      }
      case List<?> list -> {
        List<Object> out = new ArrayList<>(list.size());
        done.put(value, out);
        for (Object item : list) {
          out.add(finish(item, depth + 1, done));
        }
        yield out;
      }
      default -> value;
    };
  }

  @SuppressWarnings("unchecked") // only step() makes maps, always of this type
  private Map<Object, Object> dict(Object value) throws WeightsException {
    if (value instanceof LinkedHashMap<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw wrong("sets an item of something that is not a dict");
  }

  @SuppressWarnings("unchecked") // only step() makes lists, always of this type
  private List<Object> list(Object value) throws WeightsException {
    if (value instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw wrong("appends to something that is not a list");
  }

  private void putAll(Map<Object, Object> dict, List<Object> items) throws WeightsException {
    if (items.size() % 2 != 0) {
      throw wrong("a dict with a key but no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      // Containers as keys could be changed later, and their hash codes may take for ever.
      if (!(key instanceof String
          || key instanceof Long
          || key instanceof Boolean
          || key instanceof Double)) {
        throw wrong("a dict key that is neither text nor number");
      }
      dict.put(key, items.get(i + 1));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private Object top() throws WeightsException {
    if (stack.size() <= floor()) {
      throw wrong("takes a value from an empty stack");
    }
    return stack.getLast();
  }

  private Object pop() throws WeightsException {
    top();
    return stack.removeLast();
  }

  private List<Object> popMany(int n) throws WeightsException {
    if (stack.size() - floor() < n) {
      throw wrong("takes a value from an empty stack");
    }
    List<Object> from = stack.subList(stack.size() - n, stack.size());
    List<Object> out = new ArrayList<>(from);
    from.clear();
    return out;
  }

  private List<Object> popToMark() throws WeightsException {
    if (marks.isEmpty()) {
      throw wrong("has no mark to go back to");
    }
    int mark = marks.removeLast();
    List<Object> from = stack.subList(mark, stack.size());
    List<Object> out = new ArrayList<>(from);
    from.clear();
    return out;
  }

  private Object remembered(int key) throws WeightsException {
    Object value = memo.get(key);
    if (value == null) {
      throw wrong("refers to value " + key + ", which was never stored");
    }
    return value;
  }

  private ByteBuffer take(int n) throws WeightsException {
    if (in.remaining() < n) {
      throw wrong(
          "the file is cut off: " + n + " bytes are needed, " + in.remaining() + " are left");
    }
    ByteBuffer slice = in.slice(in.position(), n).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + n);
    return slice;
  }

  private byte[] bytes(int n) throws WeightsException {
    byte[] out = new byte[n];
    take(n).get(out);
    return out;
  }

  private int u8() throws WeightsException {
    return take(1).get() & 0xFF;
  }

  private long u32() throws WeightsException {
    return take(4).getInt() & 0xFFFF_FFFFL;
  }

  /// A length that the stream claims, checked against what is left before anything is allocated.
  private int length(long n, int unit) throws WeightsException {
    if (n < 0 || n > Integer.MAX_VALUE || (unit > 0 && n > in.remaining())) {
      throw wrong("claims " + n + " bytes where " + in.remaining() + " are left");
    }
    return (int) n;
  }

  private String line() throws WeightsException {
    int start = in.position();
    for (int i = start; i < in.limit(); i++) {
      if (in.get(i) == '\n') {
        String text = latin1(bytes(i - start));
        in.position(i + 1);
        return text;
      }
    }
    throw wrong("a line without an end");
  }

  private Object whole(byte[] littleEndian) throws WeightsException {
    byte[] big = new byte[littleEndian.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = littleEndian[big.length - 1 - i];
    }
    if (big.length > 9) {
      throw wrong("a whole number of " + big.length + " bytes");
    }
    return big.length == 0 ? 0L : new BigInteger(big).longValueExact();
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String utf8(byte[] bytes) throws WeightsException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw wrong("text that is not UTF-8: " + e.getMessage());
    }
  }

  private String quoted(String text) throws WeightsException {
    if (text.length() < 2 || text.charAt(0) != text.charAt(text.length() - 1)) {
      throw wrong("a text without quotes");
    }
    return text.substring(1, text.length() - 1).translateEscapes();
  }

  /// Protocol 0 writes text with `\\uXXXX` or `\\UXXXXXXXX` for what is not Latin-1.
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i) && i + 6 <= text.length()) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else if (text.startsWith("\\U", i) && i + 10 <= text.length()) {
        out.appendCodePoint(Integer.parseInt(text.substring(i + 2, i + 10), 16));
        i += 9;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private WeightsException wrong(String problem) {
    return new WeightsException(name + ": byte " + opcodeAt + ": " + problem);
  }
}
