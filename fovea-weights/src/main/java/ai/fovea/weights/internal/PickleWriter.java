package ai.fovea.weights.internal;

import ai.fovea.graph.NDArray;
import ai.fovea.weights.Segments;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes data as a pickle of protocol 4, without memo and frames: every Python 3 reads it. The bytes of an array stand in it as they are, behind
/// `BINBYTES8` and their number, so that a reader can map them.
public final class PickleWriter {
  private final OutputStream out;

  /// @param out receives small pieces: buffered
  public PickleWriter(OutputStream out) {
    this.out = out;
  }

  /// Writes the pickle of `value`; the stream stays open.
  ///
  /// @throws IllegalArgumentException for what is no data, after some has been written
  public void write(Object value) throws IOException {
    out.write(0x80);
    out.write(4);
    put(value);
    out.write('.');
  }

  private void put(Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        out.write('}');
        out.write('(');
        for (var entry : map.entrySet()) {
          put(entry.getKey());
          put(entry.getValue());
        }
        out.write('u');
      }
      case List<?> list -> {
        out.write(']');
        out.write('(');
        for (Object item : list) {
          put(item);
        }
        out.write('e');
      }
      case String s -> text(s);
      case Boolean b -> out.write(b ? 0x88 : 0x89);
      case Integer i -> whole(i);
      case Long l -> whole(l);
      case Double d -> {
        out.write('G');
        out.write(ByteBuffer.allocate(8).putDouble(d).array());
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

  private void text(String s) throws IOException {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.write(little(4).putInt(utf8.length).array());
    out.write(utf8);
  }

  private void whole(long value) throws IOException {
    if (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE) {
      out.write('J');
      out.write(little(4).putInt((int) value).array());
    } else {
      out.write(0x8a);
      out.write(8);
      out.write(little(8).putLong(value).array());
    }
  }

  private void bytes(byte[] b) throws IOException {
    out.write(0x8e);
    out.write(little(8).putLong(b.length).array());
    out.write(b);
  }

  private void global(String module, String item) throws IOException {
    text(module);
    text(item);
    out.write(0x93);
  }

  /// `_reconstruct(ndarray, (0,), b'b')`, then the state `(1, shape, dtype, False, bytes)`.
  private void array(NDArray a) throws IOException {
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
    out.write(0x8e);
    out.write(little(8).putLong(a.memory().byteSize()).array());
    Segments.write(a.memory(), out);
    out.write('t');
    out.write('b');
  }

  private static ByteBuffer little(int n) {
    return ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
  }
}
