package ai.fovea.train.loss;

import ai.fovea.torch.Tensor;
import java.util.Map;

/// A number that training makes smaller. Stateless and thread-safe.
public interface Loss {
  /// The name in configurations and logs.
  String name();

  /// The loss of one batch of size `N`.
  ///
  /// @param outputs of the network by name: `logits [N, C]`, `features [N, D]`, `backbone [N, D]` …
  /// @param label `[N, 1]` class numbers (int64), or `[N, C]` distributions (float32)
  /// @return a scalar; with reduction `none`, one value a row
  /// @throws IllegalArgumentException if the network has no such output
  Tensor value(Map<String, Tensor> outputs, Tensor label);

  /// The output called `name`.
  static Tensor output(Map<String, Tensor> outputs, String name, String loss) {
    Tensor found = outputs.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          loss + " needs the output '" + name + "'; the network has " + outputs.keySet());
    }
    return found;
  }
}
