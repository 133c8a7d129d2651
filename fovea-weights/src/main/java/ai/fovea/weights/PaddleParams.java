package ai.fovea.weights;

import ai.fovea.graph.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `.pdparams` file of PaddlePaddle: tensors by structured name.
///
/// @param tensors by structured name, in the file's order, e.g. `stages.0.0.dw_conv.conv.weight`
/// @param internalNames Paddle's own name of each tensor (`conv2d_0.w_0`), where the file tells it; the keys of
///     `.pdopt` files start with it
public record PaddleParams(Map<String, NDArray> tensors, Map<String, String> internalNames) {
  private static final String NAMES = "StructuredToParameterName@@";

  /// Copies the maps.
  public PaddleParams {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    internalNames = Collections.unmodifiableMap(new LinkedHashMap<>(internalNames));
  }

  /// Reads a file of any length. Its tensors are views of the mapped file where it was written with protocol 3 or later (PaddlePaddle's own 4 included);
  /// those of protocol 2 are copied once ([Pickle#load(String, java.lang.foreign.MemorySegment)]).
  ///
  /// @throws WeightsException naming file, place and reason, for a file that is damaged or holds anything but
  ///     tensors
  public static PaddleParams read(Path file) throws IOException {
    return of(file.toString(), Pickle.read(file));
  }

  /// Makes sense of what a pickle holds.
  ///
  /// @param name what errors call the file
  public static PaddleParams of(String name, Object content) {
    if (!(content instanceof Map<?, ?> dict)) {
      throw new WeightsException(name + ": holds no dict of tensors");
    }
    var tensors = new LinkedHashMap<String, NDArray>();
    var internal = new LinkedHashMap<String, String>();
    var problems = new ArrayList<String>();
    dict.forEach((key, value) -> {
      switch (value) {
        case NDArray array -> tensors.put(key.toString(), array);
        case List<?> pair
            when pair.size() == 2
                && pair.get(0) instanceof String own
                && pair.get(1) instanceof NDArray array -> {
          tensors.put(key.toString(), array);
          internal.put(key.toString(), own);
        }
        case Map<?, ?> names when key.equals(NAMES) ->
            names.forEach((k, v) -> internal.put(k.toString(), v.toString()));
        default -> problems.add("entry '" + key + "' is not a tensor");
      }
    });
    if (!problems.isEmpty()) {
      throw new WeightsException(
          name + (problems.size() == 1 ? ": " : ":\n  ") + String.join("\n  ", problems));
    }
    return new PaddleParams(tensors, internal);
  }

  /// Writes a file that PaddlePaddle loads, atomically and tensor by tensor.
  public static void write(Path file, Map<String, NDArray> tensors) throws IOException {
    Pickle.write(file, tensors);
  }
}
