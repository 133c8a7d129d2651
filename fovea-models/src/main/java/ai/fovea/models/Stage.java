package ai.fovea.models;

import ai.fovea.graph.GraphException;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Value;

/// A feature map that a backbone yields on its way, for necks over several resolutions and for distillation.
///
/// @param name the place as `return_stages` counts it and `return_patterns` names it, e.g. `blocks[2]`
/// @param value `[N, C, H, W]`; families of tokens yield the map that the tokens make up
/// @param stride how many pixels of the image one place of the map stands for, down and right
public record Stage(String name, Value value, Size stride) {
  /// Checks that there is a map.
  public Stage {
    if (value.shape().rank() != 4) {
      throw new GraphException(name + ": a stage is [N, C, H, W], not " + value.shape());
    }
  }

  /// With the same stride down and right.
  public static Stage of(String name, Value value, int stride) {
    return new Stage(name, value, Size.of(stride));
  }

  /// The number of channels.
  public int channels() {
    return value.shape().size(1);
  }
}
