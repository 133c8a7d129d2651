package ai.fovea.weights.internal;

import ai.fovea.base.WholeFile;
import ai.fovea.graph.NDArray;
import ai.fovea.weights.WeightsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_DEPTH = 64;

  /// Longer texts are decoded when somebody needs them: those of arrays are bytes in disguise, and need not become text.
  private static final int SHORT_TEXT = 1 << 12;

  private final String name;
  private final MemorySegment in;
  private final Arena copies = Arena.ofAuto();
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private long position;
  private long opcodeAt;

  /// Bytes that have been copied. A few bytes of a stream can ask for one array again and again.
  private long copied;

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

  /// A long text that nobody has needed yet.
  static final class Text {
    final MemorySegment utf8;
    Optional<String> decoded = Optional.empty();

    Text(MemorySegment utf8) {
      this.utf8 = utf8;
    }
  }

  /// Reads what is in memory; errors call it `name`.
  public PickleReader(String name, MemorySegment in) {
    this.name = name;
    this.in = in;
  }

  /// The value that the stream describes.
  public Object read() {
    if (in.byteSize() == 0) {
      throw new WeightsException(name + ": the file is empty");
    }
    try {
      while (true) {
        opcodeAt = position;
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
    } catch (OutOfMemoryError e) { // one array is too large; nothing else has failed
      throw new WeightsException(
          name + ": byte " + opcodeAt + ": there is not enough memory for an array", e);
    } catch (InternalError e) {
      throw new WeightsException(name + ": the file was cut off while it was read", e);
    }
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = u8();
        if (protocol > 5) {
          throw wrong("pickle protocol " + protocol + " is not known (0 to 5 are)");
        }
      }
      case 0x95 -> length(i64()); // FRAME: a hint for buffering
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
      case 'r' -> memo.put(key(u32()), top());
      case 'p' -> memo.put(Integer.parseInt(line()), top());
      case 'h' -> push(remembered(u8()));
      case 'j' -> push(remembered(key(u32())));
      case 'g' -> push(remembered(Integer.parseInt(line())));
      case 'N' -> push(Optional.empty());
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) u8());
      case 'M' -> push((long) (u8() | (u8() << 8)));
      case 'J' -> push((long) (int) u32());
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
      case 0x8a -> push(whole(u8()));
      case 0x8b -> push(whole(u32()));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(i64())));
      case 'F' -> push(Double.parseDouble(line()));
      case 'X' -> push(text(take(u32())));
      case 0x8c -> push(text(take(u8())));
      case 0x8d -> push(text(take(i64())));
      case 'V' -> push(escaped(line()));
      case 'S' -> push(quoted(line()));
      case 'T' -> push(latin1(bytes(u32())));
      case 'U' -> push(latin1(bytes(u8())));
      case 'B' -> push(take(u32()));
      case 'C' -> push(take(u8()));
      case 0x8e, 0x96 -> push(take(i64()));
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
              position == 1 ? "not a pickle" : "opcode 0x%02x is not data".formatted(opcode));
    }
  }

  private Global global(String module, String item) {
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

  private Object call(Object callable, Object arguments) {
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
        if (args.size() != 2 || !"latin1".equals(args.get(1))) {
          throw wrong("an encoding other than latin1");
        }
        MemorySegment utf8 =
            switch (args.get(0)) {
              case Text text -> text.utf8;
              case String text -> MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
              default -> throw wrong("bytes from something that is no text");
            };
        charge(utf8.byteSize());
        yield RawArray.latin1(utf8, copies)
            .orElseThrow(() -> wrong("bytes from a text that is not latin1"));
      }
      case TUPLE -> args.size() == 1 && args.get(0) instanceof List<?> list ? list : List.of();
      case SCALAR -> {
        if (args.size() != 2
            || !(args.get(0) instanceof TypeBuilder type)
            || !(args.get(1) instanceof MemorySegment raw)) {
          throw wrong("a malformed number");
        }
        NDArray one = array(List.of(), type, false, raw);
        yield one.dtype().floating() ? (Object) (double) one.floats()[0] : (Object) one.longs()[0];
      }
      case NDARRAY -> throw wrong("calls numpy.ndarray");
    };
  }

  private void build(Object target, Object state) {
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
      if (!(s.get(4) instanceof MemorySegment raw)) {
        throw wrong("an array of Python objects (element type " + type.code + "), not of numbers");
      }
      builder.array = Optional.of(array(shape, type, columns, raw));
    } else {
      throw wrong("sets the state of something that is not an array");
    }
  }

  private NDArray array(List<?> shape, TypeBuilder type, boolean columns, MemorySegment raw) {
    int[] dims = new int[shape.size()];
    long n = 1;
    for (int i = 0; i < dims.length; i++) {
      if (!(shape.get(i) instanceof Long d) || d < 0 || d > Integer.MAX_VALUE) {
        throw wrong("an array of shape " + shape);
      }
      dims[i] = d.intValue();
      n = Math.multiplyExact(n, d);
    }
    if (columns || type.bigEndian) {
      charge(2 * raw.byteSize());
    }
    return RawArray.decode(type.code, type.bigEndian, dims, n, columns, raw, copies)
        .orElseThrow(() ->
            wrong(
                "an array of shape "
                    + shape
                    + " and element type "
                    + type.code
                    + " in "
                    + raw.byteSize()
                    + " bytes"));
  }

  /// Counts bytes that are about to be copied. A file of which each array is a text in disguise, and in columns or big-endian, comes to three times its length.
  private void charge(long bytes) {
    copied += bytes;
    if (copied > 3 * in.byteSize()) {
      throw wrong("asks for the same bytes as arrays again and again");
    }
  }

  /// Replaces builders by what they built, at every depth, each shared object once.
  private Object finish(Object root) {
    return finish(root, 0, new IdentityHashMap<>());
  }

  private Object finish(Object value, int depth, IdentityHashMap<Object, Object> done) {
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
      case Text text -> decoded(text);
      case MemorySegment raw -> {
        byte[] bytes = bytes(raw);
        done.put(value, bytes);
        yield bytes;
      }
      default -> value;
    };
  }

  @SuppressWarnings("unchecked") // only step() makes maps, always of this type
  private Map<Object, Object> dict(Object value) {
    if (value instanceof LinkedHashMap<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw wrong("sets an item of something that is not a dict");
  }

  @SuppressWarnings("unchecked") // only step() makes lists, always of this type
  private List<Object> list(Object value) {
    if (value instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw wrong("appends to something that is not a list");
  }

  private void putAll(Map<Object, Object> dict, List<Object> items) {
    if (items.size() % 2 != 0) {
      throw wrong("a dict with a key but no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i) instanceof Text text ? decoded(text) : items.get(i);
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

  private Object top() {
    if (stack.size() <= floor()) {
      throw wrong("takes a value from an empty stack");
    }
    return stack.getLast();
  }

  private Object pop() {
    top();
    return stack.removeLast();
  }

  private List<Object> popMany(int n) {
    if (stack.size() - floor() < n) {
      throw wrong("takes a value from an empty stack");
    }
    List<Object> from = stack.subList(stack.size() - n, stack.size());
    List<Object> out = new ArrayList<>(from);
    from.clear();
    return out;
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw wrong("has no mark to go back to");
    }
    int mark = marks.removeLast();
    List<Object> from = stack.subList(mark, stack.size());
    List<Object> out = new ArrayList<>(from);
    from.clear();
    return out;
  }

  private Object remembered(int key) {
    Object value = memo.get(key);
    if (value == null) {
      throw wrong("refers to value " + key + ", which was never stored");
    }
    return value;
  }

  /// The next bytes of the stream; nothing is copied.
  private MemorySegment take(long n) {
    MemorySegment taken = in.asSlice(position, length(n));
    position += n;
    return taken;
  }

  private byte[] bytes(long n) {
    return bytes(take(n));
  }

  private byte[] bytes(MemorySegment raw) {
    if (raw.byteSize() > WholeFile.DATA) {
      throw wrong(raw.byteSize() + " bytes that are no array: more than one can be");
    }
    return raw.toArray(ValueLayout.JAVA_BYTE);
  }

  private int u8() {
    length(1);
    return in.get(ValueLayout.JAVA_BYTE, position++) & 0xFF;
  }

  private long u32() {
    return take(4).get(INT, 0) & 0xFFFF_FFFFL;
  }

  private long i64() {
    return take(8).get(LONG, 0);
  }

  /// A length that the stream claims, checked against what is left before anything is done with it.
  private long length(long n) {
    long left = in.byteSize() - position;
    if (n < 0 || n > left) {
      throw wrong("the file is cut off: " + n + " bytes are needed, " + left + " are left");
    }
    return n;
  }

  private int key(long n) {
    if (n > Integer.MAX_VALUE) {
      throw wrong("refers to value " + n + ", more than a file can store");
    }
    return (int) n;
  }

  private String line() {
    for (long end = position; end < in.byteSize(); end++) {
      if (in.get(ValueLayout.JAVA_BYTE, end) == '\n') {
        String text = latin1(bytes(end - position));
        position = end + 1;
        return text;
      }
    }
    throw wrong("a line without an end");
  }

  private Object whole(long length) {
    if (length > 9) {
      throw wrong("a whole number of " + length + " bytes");
    }
    byte[] littleEndian = bytes(length);
    byte[] big = new byte[littleEndian.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = littleEndian[big.length - 1 - i];
    }
    return big.length == 0 ? 0L : new BigInteger(big).longValueExact();
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private Object text(MemorySegment utf8) {
    return utf8.byteSize() > SHORT_TEXT ? new Text(utf8) : utf8(utf8);
  }

  private String decoded(Text text) {
    if (text.decoded.isEmpty()) {
      text.decoded = Optional.of(utf8(text.utf8));
    }
    return text.decoded.get();
  }

  private String utf8(MemorySegment raw) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw))).toString();
    } catch (CharacterCodingException e) {
      throw wrong("text that is not UTF-8: " + e.getMessage());
    }
  }

  private String quoted(String text) {
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
