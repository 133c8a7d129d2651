package ai.fovea.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/// Writes protobuf messages field by field. ONNX needs a dozen message types, of which we only write a few fields:
/// their numbers stand where they are written, in [OnnxWriter].
final class Proto {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  private interface Writing {
    void run() throws IOException;
  }

  Proto number(int field, long value) {
    return write(() -> out.writeInt64(field, value));
  }

  Proto real(int field, double value) {
    return write(() -> out.writeFloat(field, (float) value));
  }

  Proto text(int field, String value) {
    return write(() -> out.writeString(field, value));
  }

  Proto raw(int field, ByteString value) {
    return write(() -> out.writeBytes(field, value));
  }

  Proto message(int field, Consumer<Proto> content) {
    Proto inner = new Proto();
    content.accept(inner);
    return raw(field, ByteString.copyFrom(inner.toBytes()));
  }

  byte[] toBytes() {
    write(out::flush);
    return bytes.toByteArray();
  }

  private Proto write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory can't fail", e);
    }
    return this;
  }
}
