package ai.fovea.index.faiss;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Reads a Faiss file from front to back; each length is checked against what is left before
/// anything is made of it.
final class FaissInput {
  private static final String CUT_OFF = "The file is cut off or damaged: copy or build it again";
  private static final String DAMAGED = "The file is damaged: copy or build it again";

  private final String name;
  private final MemorySegment bytes;
  private long at;

  /// Reads `bytes`; errors call them `name`.
  FaissInput(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /// Returns where the next byte lies.
  long at() {
    return at;
  }

  /// Returns how many bytes are left.
  long left() {
    return bytes.byteSize() - at;
  }

  /// Four characters; those that can't be printed as dots.
  String code(String what) {
    byte[] four = take(what, 4).toArray(ValueLayout.JAVA_BYTE);
    return new String(four, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
  }

  int u8(String what) {
    return take(what, 1).get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
  }

  int i32(String what) {
    return take(what, Integer.BYTES).get(LittleEndian.INT, 0);
  }

  long i64(String what) {
    return take(what, Long.BYTES).get(LittleEndian.LONG, 0);
  }

  /// Returns a count, and as many elements of `size` bytes each.
  MemorySegment vec(String what, int size) {
    long start = at;
    long count = i64("the number of " + what);
    if (count < 0 || count > left() / size) {
      throw cutOff(
          start,
          Long.toUnsignedString(count)
              + " "
              + what
              + " of "
              + size
              + " bytes each are announced, "
              + left()
              + " bytes are left");
    }
    return take(what, count * size);
  }

  MemorySegment take(String what, long count) {
    if (count > left()) {
      throw cutOff(at, what + " would take " + count + " bytes, " + left() + " are left");
    }
    MemorySegment slice = bytes.asSlice(at, count);
    at += count;
    return slice;
  }

  /// Returns what `maker` makes; an [IllegalArgumentException] of its becomes an error at byte
  /// `start`.
  <T> T make(long start, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw at(start, String.valueOf(e.getMessage()), DAMAGED);
    }
  }

  /// Returns an error of a file that ends too soon, or announces more than it has.
  FaissException cutOff(long where, String rule) {
    return at(where, rule, CUT_OFF);
  }

  /// Returns an error of a damaged file.
  FaissException damaged(long where, String rule) {
    return at(where, rule, DAMAGED);
  }

  /// Returns an error.
  FaissException at(long where, String rule, String remedy) {
    return new FaissException(name, where, rule, remedy);
  }
}
