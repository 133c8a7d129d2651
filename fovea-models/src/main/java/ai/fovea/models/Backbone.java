package ai.fovea.models;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;

/// A network from images to features and class scores.
@FunctionalInterface
public interface Backbone {
  /// Adds the network to `scope`.
  ///
  /// @param image `[N, C, H, W]` with fixed `C`, `H`, `W`
  /// @return all that it yields; what nobody asks for does not become part of the graph
  /// @throws ModelException if the network can't take images of that size
  BackboneOutput build(Scope scope, Value image);

  /// The number of channels that an image has.
  default int channels() {
    return 3;
  }
}
