package ai.fovea.models;

import ai.fovea.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a backbone yields.
///
/// @param stages feature maps from the finest to the coarsest resolution
/// @param features `[N, D]`, what the classifier takes: `BackboneStopLayer: {name: flatten}` stops here in every
///     family
/// @param logits `[N, classes]`
/// @param others further outputs by name, e.g. `logits1` of a side classifier
public record BackboneOutput(
    List<Stage> stages, Value features, Value logits, Map<String, Value> others) {
  /// Copies the collections.
  public BackboneOutput {
    stages = List.copyOf(stages);
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /// Without further outputs.
  public BackboneOutput(List<Stage> stages, Value features, Value logits) {
    this(stages, features, logits, Map.of());
  }

  /// With one more output.
  public BackboneOutput with(String name, Value value) {
    var all = new LinkedHashMap<>(others);
    all.put(name, value);
    return new BackboneOutput(stages, features, logits, all);
  }

  /// The outputs of a graph that consists of the backbone alone: `logits`, then the others.
  public Map<String, Value> outputs() {
    var all = new LinkedHashMap<String, Value>();
    all.put("logits", logits);
    all.putAll(others);
    return all;
  }
}
