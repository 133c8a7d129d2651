package ai.fovea.weights;

import ai.fovea.base.WholeFile;
import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Type;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/// Reads `.pdiparams`, the weights of an inference program of PaddlePaddle: tensors one after the other, in the order of their names, which the file does not hold.
///
/// A tensor is an `int32` 0, an `int64` number of levels (each an `int64` number of bytes, and these), an `int32` 0, an `int32` length of a description, the description (field 1 of
/// protobuf the element type, which the program tells too), and its values in row-major order; all little-endian.
public final class PdiParams {
  private PdiParams() {}

  /// The tensors of a file of any length by name, as views of the mapped file ([WholeFile#map]).
  ///
  /// @param types of all tensors that the program declares, by name; the order of strings is the file's
  /// @throws WeightsException if the file does not hold just these
  public static Map<String, NDArray> read(Path file, SortedMap<String, Type> types)
      throws IOException {
    var in = new Cursor(WholeFile.map(file));
    var tensors = new LinkedHashMap<String, NDArray>();
    for (var each : types.entrySet()) {
      try {
        tensors.put(each.getKey(), tensor(in, each.getValue()));
      } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new WeightsException(
            file + ": ends or is damaged in '" + each.getKey() + "', " + each.getValue(), e);
      } catch (WeightsException e) {
        throw new WeightsException(
            file + ": '" + each.getKey() + "' does not fit the program: " + e.getMessage(), e);
      }
    }
    if (in.left() > 0) {
      throw new WeightsException(
          file + ": " + in.left() + " bytes are left behind all parameters of the program");
    }
    return tensors;
  }

  private static NDArray tensor(Cursor in, Type type) {
    require(in.i32() == 0, "unknown version");
    long levels = in.i64();
    require(levels >= 0 && levels < 16, levels + " levels");
    for (long level = 0; level < levels; level++) {
      long bytes = in.i64();
      require(bytes >= 0 && bytes <= in.left(), "a level of " + bytes + " bytes");
      in.take(bytes);
    }
    require(in.i32() == 0, "unknown version of a tensor");
    int length = in.i32();
    require(length >= 0 && length <= in.left(), "a description of " + length + " bytes");
    Description described = Description.read(in.take(length).asByteBuffer());
    require(
        described.elements == type.shape().size() && described.type == number(type.dtype()),
        "the file has "
            + described.elements
            + " elements of type "
            + described.type
            + ", the program "
            + type);
    long bytes = (long) type.shape().size() * type.dtype().bytes();
    return NDArray.view(type.dtype(), in.take(bytes), type.shape().sizes());
  }

  /// Memory that is read from its beginning to its end; reading beyond that throws [IndexOutOfBoundsException].
  private static final class Cursor {
    private final MemorySegment memory;
    private long position;

    Cursor(MemorySegment memory) {
      this.memory = memory;
    }

    long left() {
      return memory.byteSize() - position;
    }

    MemorySegment take(long bytes) {
      MemorySegment taken = memory.asSlice(position, bytes);
      position += bytes;
      return taken;
    }

    int i32() {
      return take(4).get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    }

    long i64() {
      return take(8).get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    }
  }

  /// A `TensorDesc`: field 1 the number of the element type, field 2 the dimensions, packed or not.
  private record Description(long type, long elements) {
    static Description read(ByteBuffer bytes) {
      try {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        long type = -1;
        long elements = 1;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag) {
            case 1 << 3 -> type = in.readEnum();
            case 2 << 3 -> elements = multiplied(elements, in.readInt64());
            case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
              int limit = in.pushLimit(in.readRawVarint32());
              while (!in.isAtEnd()) {
                elements = multiplied(elements, in.readInt64());
              }
              in.popLimit(limit);
            }
            default -> in.skipField(tag);
          }
        }
        return new Description(type, elements);
      } catch (InvalidProtocolBufferException e) {
        throw new WeightsException("its description can't be read: " + e.getMessage(), e);
      } catch (IOException e) {
        throw new UncheckedIOException("memory can't be read", e);
      }
    }

    private static long multiplied(long elements, long size) {
      require(size >= 0 && size <= Integer.MAX_VALUE, "a dimension of " + size);
      require(size == 0 || elements <= Integer.MAX_VALUE / size, "too many elements");
      return elements * size;
    }
  }

  /// Paddle's number of an element type.
  private static int number(DType type) {
    return switch (type) {
      case BOOL -> 0;
      case INT16 -> 1;
      case INT32 -> 2;
      case INT64 -> 3;
      case FLOAT16 -> 4;
      case FLOAT32 -> 5;
      case FLOAT64 -> 6;
      case UINT8 -> 20;
      case INT8 -> 21;
      case BFLOAT16 -> 22;
    };
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new WeightsException(problem);
    }
  }
}
