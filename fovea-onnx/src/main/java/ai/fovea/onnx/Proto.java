package ai.fovea.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Writes protobuf messages field by field. ONNX needs a dozen message types, of which we only write a few fields:
/// their numbers stand where they are written, in [OnnxWriter].
///
/// A message begins with its length, so what is inside is put together first: short fields in memory, weights by reference.
final class Proto {
  private final List<Piece> pieces = new ArrayList<>();
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

  /// Bytes that are looked at when the file is written.
  Proto raw(int field, Piece value) {
    return nested(field, value.length(), List.of(value));
  }

  Proto message(int field, Consumer<Proto> content) {
    Proto inner = new Proto();
    content.accept(inner);
    return message(field, inner);
  }

  Proto message(int field, Proto inner) {
    List<Piece> content = inner.pieces();
    return nested(field, length(content), content);
  }

  private Proto nested(int field, long length, List<Piece> content) {
    write(() -> {
      out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt64NoTag(length);
    });
    pieces();
    pieces.addAll(content);
    return this;
  }

  static long length(List<Piece> pieces) {
    return pieces.stream().mapToLong(Piece::length).sum();
  }

  /// The message so far.
  List<Piece> pieces() {
    write(out::flush);
    if (bytes.size() > 0) {
      pieces.add(Piece.of(MemorySegment.ofArray(bytes.toByteArray())));
      bytes.reset();
    }
    return pieces;
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
