package ai.fovea.models;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import java.util.Optional;

/// The part of a recognition model that makes class scores of features.
@FunctionalInterface
public interface Head {
  /// Adds it to `scope`.
  ///
  /// @param x the features, mostly `[N, D]`
  /// @param label `[N, 1]`, int64, for heads that depend on it in training
  /// @return the logits `[N, classes]`
  /// @throws ModelException if it can't take values of that shape
  Value build(Scope scope, Value x, Optional<Value> label);
}
