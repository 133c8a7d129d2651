package ai.fovea.weights;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.WholeFile;
import ai.fovea.graph.NDArray;
import ai.fovea.weights.internal.PickleReader;
import ai.fovea.weights.internal.PickleWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/// Python pickles restricted to data: no class is ever loaded and nothing is called.
///
/// Python and Java: dict = `LinkedHashMap<Object, Object>`, list and tuple = `List<Object>`, str = `String`,
/// int = `Long`, float = `Double`, bool = `Boolean`, None = [Optional#empty], bytes = `byte[]`,
/// numpy.ndarray = [NDArray]. Everything else is refused.
public final class Pickle {
  private Pickle() {}

  /// Reads one pickle (protocols 0 to 5); arrays are views of the bytes, where [#load(String, MemorySegment)] makes such.
  ///
  /// @param name what errors call the file
  /// @throws WeightsException naming file, offset and reason
  public static Object load(String name, byte[] bytes) {
    return load(name, MemorySegment.ofArray(bytes));
  }

  /// Reads one pickle (protocols 0 to 5) in memory.
  ///
  /// Arrays whose bytes stand in it as they are (protocol 3 and later, little-endian, row-major) are views of that memory, as far as they are not
  /// text: the latin-1 of protocol 2, big-endian values and columns are copied into native memory once. Lengths are checked against the bytes that are left before
  /// memory is taken, and all copies together are at most three times as long as the pickle; containers nest at most 64 deep. What the file refers to several times is
  /// one Java object.
  ///
  /// @param name what errors call the file
  /// @throws WeightsException naming file, offset and reason
  public static Object load(String name, MemorySegment memory) {
    return new PickleReader(name, memory).read();
  }

  /// Reads a file of one pickle (protocols 0 to 5), of any length, which is mapped ([WholeFile#map]).
  ///
  /// @throws WeightsException naming file, offset and reason
  public static Object read(Path file) throws IOException {
    return load(file.toString(), WholeFile.map(file));
  }

  /// Writes one pickle (protocol 4) that Python with NumPy reads.
  ///
  /// @param value of the Java types above, and small
  /// @throws IllegalArgumentException for other types
  public static byte[] dump(Object value) {
    var out = new ByteArrayOutputStream();
    try {
      new PickleWriter(out).write(value);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory can't fail", e);
    }
    return out.toByteArray();
  }

  /// Writes one pickle (protocol 4) to a file, atomically; arrays go there from where they lie.
  ///
  /// @param value of the Java types above
  /// @throws IllegalArgumentException for other types; nothing is written then
  public static void write(Path file, Object value) throws IOException {
    AtomicFile.write(file, out -> new PickleWriter(out).write(value));
  }
}
