package ai.fovea.weights.internal;

import ai.fovea.graph.NDArray;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes data as a pickle of protocol 4, without memo and frames: every Python 3 reads it.
public final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// The pickle of `value`.
  public byte[] write(Object value) {
    out.write(0x80);
    out.write(4);
    put(value);
    out.write('.');
    return out.toByteArray();
  }

  private void put(Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        out.write('}');
        out.write('(');
        map.forEach((k, v) -> {
          put(k);
          put(v);
        });
        out.write('u');
      }
      case List<?> list -> {
        out.write(']');
        out.write('(');
        list.forEach(this::put);
        out.write('e');
      }
      case String s -> text(s);
      case Boolean b -> out.write(b ? 0x88 : 0x89);
      case Integer i -> whole(i);
      case Long l -> whole(l);
      case Double d -> {
        out.write('G');
        out.writeBytes(ByteBuffer.allocate(8).putDouble(d).array());
      }
      case Float f -> put((double) f);
      case byte[] b -> bytes(b);
      case Optional<?> o when o.isEmpty() -> out.write('N');
      case NDArray a -> array(a);
      default ->
          throw new IllegalArgumentException(
              "a " + value.getClass().getName() + " can't be pickled");
    }
  }

  private void text(String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeBytes(little(4).putInt(utf8.length).array());
    out.writeBytes(utf8);
  }

  private void whole(long value) {
    if (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE) {
      out.write('J');
      out.writeBytes(little(4).putInt((int) value).array());
    } else {
      out.write(0x8a);
      out.write(8);
      out.writeBytes(little(8).putLong(value).array());
    }
  }

  private void bytes(byte[] b) {
    out.write(0x8e);
    out.writeBytes(little(8).putLong(b.length).array());
    out.writeBytes(b);
  }

  private void global(String module, String item) {
    text(module);
    text(item);
    out.write(0x93);
  }

  /// `_reconstruct(ndarray, (0,), b'b')`, then the state `(1, shape, dtype, False, bytes)`.
  private void array(NDArray a) {
    global("numpy.core.multiarray", "_reconstruct");
    global("numpy", "ndarray");
    whole(0);
    out.write(0x85);
    bytes(new byte[] {'b'});
    out.write(0x87);
    out.write('R');

    out.write('(');
    whole(1);
    out.write('(');
    for (int d : a.shape().sizes()) {
      whole(d);
    }
    out.write('t');
    global("numpy", "dtype");
    text(RawArray.code(a.dtype()));
    out.write(0x89);
    out.write(0x88);
    out.write(0x87);
    out.write('R');
    out.write('(');
    whole(3);
    text(a.dtype().bytes() == 1 ? "|" : "<");
    out.write('N');
    out.write('N');
    out.write('N');
    whole(-1);
    whole(-1);
    whole(0);
    out.write('t');
    out.write('b');
    out.write(0x89);
    bytes(RawArray.encode(a));
    out.write('t');
    out.write('b');
  }

  private static ByteBuffer little(int n) {
    return ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
  }
}
