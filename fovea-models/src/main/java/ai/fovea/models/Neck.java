package ai.fovea.models;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import java.util.List;

/// The part of a recognition model between backbone and head: it makes the features.
@FunctionalInterface
public interface Neck {
  /// Adds it to `scope`.
  ///
  /// @param x what the backbone yields where it is stopped, mostly `[N, D]`
  /// @param stages the backbone's feature maps, for necks over several resolutions
  /// @return the features, mostly `[N, D]`
  /// @throws ModelException if it can't take values of that shape
  Value build(Scope scope, Value x, List<Stage> stages);
}
