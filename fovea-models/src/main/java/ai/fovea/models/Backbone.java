package ai.fovea.models;

import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import java.util.List;
import java.util.Map;

/// A network from pictures to class scores.
///
/// The features before the classifier are what the scope `flatten` yields last, in every family, so that
/// `BackboneStopLayer: {name: flatten}` always works.
public interface Backbone {
  /// Adds the network to `scope`.
  ///
  /// @param image `[N, C, H, W]` with fixed `C`, `H`, `W`
  /// @return named outputs in order; `logits` `[N, classes]` is among them
  Map<String, Value> build(Scope scope, Value image);

  /// How many channels a picture has.
  default int channels() {
    return 3;
  }

  /// The places that `return_stages` counts, e.g. `blocks.2`; none where the family has no stages.
  default List<String> stages() {
    return List.of();
  }
}
