package ai.fovea.gallery.internal;

import ai.fovea.gallery.DamagedGalleryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads what an [Output] wrote; whatever does not fit in is damage, before memory is taken for it.
public final class Input {
  /// Four bytes, anywhere.
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Eight bytes, anywhere.
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A 32-bit float, anywhere.
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private final long end;
  private long at;

  /// Reads `bytes` of `file` from `at` to `end`.
  public Input(Path file, MemorySegment bytes, long at, long end) {
    this.file = file;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /// Returns the next byte's offset.
  public long position() {
    return at;
  }

  /// Returns how many bytes follow.
  public long remaining() {
    return end - at;
  }

  /// Returns one byte.
  public byte octet() {
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1, "a number"));
  }

  /// Four bytes.
  public int integer() {
    return bytes.get(INT, advance(Integer.BYTES, "a number"));
  }

  /// Eight bytes.
  public long number() {
    return bytes.get(LONG, advance(Long.BYTES, "a number"));
  }

  /// Returns a number of things of at least `bytesEach` bytes, which must fit in.
  public int count(int bytesEach) {
    int count = integer();
    check(
        count >= 0 && (long) count * bytesEach <= remaining(),
        at - Integer.BYTES,
        count + " of them do not fit in");
    return count;
  }

  /// `count` floats.
  public float[] floats(int count) {
    long from = advance((long) count * Float.BYTES, "a vector");
    float[] values = new float[count];
    MemorySegment.copy(bytes, FLOAT, from, values, 0, count);
    return values;
  }

  /// Returns a length, and bytes; `absent` where the length says so.
  public byte[] bytes(byte[] absent) {
    int length = integer();
    return length == Output.ABSENT ? absent : take(length);
  }

  /// Returns a length, and text.
  public String text() {
    return text(integer());
  }

  /// Text of this many bytes, whose length was read before.
  public String text(int length) {
    long from = at;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(take(length))).toString();
    } catch (CharacterCodingException e) {
      throw new DamagedGalleryException(file, from, "expected text in UTF-8");
    }
  }

  /// Says that nothing may follow.
  public void end() {
    check(at == end, at, "there are " + (end - at) + " bytes too many");
  }

  /// Says that something must be so.
  public void check(boolean right, long offset, String problem) {
    if (!right) {
      throw damage(offset, problem);
    }
  }

  /// Says what is wrong at an offset.
  public DamagedGalleryException damage(long offset, String what) {
    return new DamagedGalleryException(file, offset, what);
  }

  private byte[] take(int length) {
    check(
        length >= 0 && length <= remaining(),
        at - Integer.BYTES,
        "something of " + length + " bytes does not fit in");
    byte[] taken = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, taken, 0, length);
    at += length;
    return taken;
  }

  private long advance(long count, String what) {
    check(count <= remaining(), at, what + " is cut short");
    long from = at;
    at += count;
    return from;
  }
}
