package ai.fovea.weights;

import ai.fovea.graph.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds weights that are not numbers. One of them makes every output NaN, which then reads as an answer.
public final class FiniteWeights {
  private static final int SHOWN = 5;
  private static final int CHUNK = 1 << 14;

  private FiniteWeights() {}

  /// Refuses tensors with values that are not finite.
  ///
  /// @param source what errors call the tensors' file
  /// @throws WeightsException naming the first tensors that hold NaN or infinity, and how many more do
  public static void require(String source, Map<String, NDArray> tensors) {
    List<String> found = new ArrayList<>();
    tensors.forEach((name, tensor) -> problem(tensor).ifPresent(p -> found.add(name + " " + p)));
    if (!found.isEmpty()) {
      throw new WeightsException(
          source
              + ": not finite: "
              + String.join(", ", found.subList(0, Math.min(SHOWN, found.size())))
              + (found.size() > SHOWN ? " and " + (found.size() - SHOWN) + " more tensors" : "")
              + "; take weights from before the training diverged");
    }
  }

  /// What is wrong with a tensor: `holds NaN (3 of 16 values)`; empty where all its values are finite.
  public static Optional<String> problem(NDArray tensor) {
    if (!tensor.dtype().floating()) {
      return Optional.empty();
    }
    int nan = 0;
    int infinite = 0;
    float[] some = new float[Math.min(CHUNK, tensor.size())];
    for (int from = 0; from < tensor.size(); ) {
      int n = Math.min(some.length, tensor.size() - from);
      tensor.copyFloats(from, some, n);
      for (int i = 0; i < n; i++) {
        if (Float.isNaN(some[i])) {
          nan++;
        } else if (Float.isInfinite(some[i])) {
          infinite++;
        }
      }
      from += n; // at most the size, which is an int
    }
    return nan + infinite == 0
        ? Optional.empty()
        : Optional.of(
            "holds %s (%,d of %,d values)"
                .formatted(
                    nan == 0 ? "infinity" : infinite == 0 ? "NaN" : "NaN and infinity",
                    nan + infinite,
                    tensor.size()));
  }
}
