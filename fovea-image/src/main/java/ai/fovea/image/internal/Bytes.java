package ai.fovea.image.internal;

import ai.fovea.image.ImageException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Bounds-checked numbers from an untrusted file: reading past its end is an [ImageException].
@SuppressWarnings("ArrayRecordComponent") // a view of the file, never compared
record Bytes(byte[] data, String name) {
  private static final VarHandle BIG_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  int length() {
    return data.length;
  }

  int u8(long at) {
    need(at, 1);
    return data[(int) at] & 0xFF;
  }

  int u16(long at, boolean big) {
    need(at, 2);
    int first = data[(int) at] & 0xFF;
    int second = data[(int) at + 1] & 0xFF;
    return big ? (first << 8) | second : (second << 8) | first;
  }

  long u32(long at, boolean big) {
    return i32(at, big) & 0xFFFFFFFFL;
  }

  int i32(long at, boolean big) {
    need(at, 4);
    return (int) (big ? BIG_INT : LITTLE_INT).get(data, (int) at);
  }

  boolean startsWith(int at, int... expected) {
    if (data.length < at + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((data[at + i] & 0xFF) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  void need(long at, long count) {
    if (at < 0 || count < 0 || at + count > data.length) {
      throw cut();
    }
  }

  ImageException cut() {
    return new ImageException(
        name,
        "the file ends inside the image data (%,d bytes are there)".formatted(data.length),
        "save or download it again");
  }

  ImageException damaged(String what) {
    return new ImageException(name, "the image is damaged: " + what, "save or download it again");
  }
}
