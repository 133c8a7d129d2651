package ai.fovea.models.internal;

import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import java.util.Optional;

/// What stands behind a backbone: a neck, which makes the features, or a head, which makes the logits.
@FunctionalInterface
public interface Gear {
  /// Adds it to `scope`.
  ///
  /// @param x what the backbone or neck yields
  /// @param label `[N, 1]`, int64, for heads that depend on it in training
  Value build(Scope scope, Value x, Optional<Value> label);
}
