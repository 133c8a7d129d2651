package ai.fovea.weights;

import ai.fovea.graph.NDArray;
import ai.fovea.weights.internal.PickleReader;
import ai.fovea.weights.internal.PickleWriter;
import java.util.Optional;

/// Python pickles restricted to data: no class is ever loaded and nothing is called.
///
/// Python and Java: dict = `LinkedHashMap<Object, Object>`, list and tuple = `List<Object>`, str = `String`,
/// int = `Long`, float = `Double`, bool = `Boolean`, None = [Optional#empty], bytes = `byte[]`,
/// numpy.ndarray = [NDArray]. Everything else is refused.
public final class Pickle {
  private Pickle() {}

  /// Reads one pickle (protocols 0 to 5).
  ///
  /// Lengths are checked against the bytes that are left before memory is taken; containers nest at most 64 deep.
  /// What the file refers to several times is one Java object.
  ///
  /// @param name what errors call the file
  /// @throws WeightsException naming file, offset and reason
  public static Object load(String name, byte[] bytes) throws WeightsException {
    return new PickleReader(name, bytes).read();
  }

  /// Writes one pickle (protocol 4) that Python with NumPy reads.
  ///
  /// @param value of the Java types above
  /// @throws IllegalArgumentException for other types
  public static byte[] dump(Object value) {
    return new PickleWriter().write(value);
  }
}
