package ai.fovea.models.internal;

import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.ModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A recognition model: a backbone, perhaps cut at a layer, then perhaps a neck and a head. Its outputs are
/// `backbone`, `neck` (if any), `features` (what the neck yields, else the backbone) and `logits` (if there is a
/// head).
///
/// @param stop the layer whose output is the backbone's; without it, the backbone's logits
/// @param headFromBackbone whether the head takes the backbone's output instead of the features
public record RecModel(
    Backbone backbone,
    Optional<String> stop,
    Optional<Gear> neck,
    Optional<Gear> head,
    boolean headFromBackbone) {

  /// Reads the sections `Backbone`, `BackboneStopLayer`, `Neck`, `Head`.
  public static RecModel of(
      Arguments args, java.util.function.Function<Map<String, ?>, Backbone> backbones) {
    var backbone = args.section("Backbone").map(backbones);
    if (backbone.isEmpty()) {
      args.problem("Backbone", "is missing");
    }
    Optional<String> stop =
        args.section("BackboneStopLayer").map(s -> String.valueOf(s.get("name")));
    var neck = args.section("Neck").map(s -> Gears.of("Neck", s));
    var head = args.section("Head").map(s -> Gears.of("Head", s));
    boolean fromBackbone =
        args.word("head_feature_from", "neck", "neck", "backbone").equals("backbone");
    // What the reference's exporter reads; here an output is picked by its name.
    args.value("infer_output_key");
    args.value("infer_add_softmax");
    args.value("is_rec");
    args.check();
    return new RecModel(backbone.orElseThrow(), stop, neck, head, fromBackbone);
  }

  /// Adds it to `scope`.
  public Map<String, Value> build(Scope scope, Value image, Optional<Value> label) {
    var outputs = new LinkedHashMap<String, Value>();
    Scope at = scope.child("backbone");
    Map<String, Value> all = backbone.build(at, image);
    Value x = stop.map(layer -> find(at, layer, all)).orElseGet(() -> logits(all));
    outputs.put("backbone", x);
    Value features = x;
    if (neck.isPresent()) {
      features = neck.get().build(scope.child("neck"), x, Optional.empty());
      outputs.put("neck", features);
    }
    outputs.put("features", features);
    if (head.isPresent()) {
      Value from = headFromBackbone ? x : features;
      outputs.put("logits", head.get().build(scope.child("head"), from, label));
    }
    return outputs;
  }

  private static Value logits(Map<String, Value> all) {
    Value found = all.get("logits");
    if (found == null) {
      throw new IllegalStateException("a backbone without logits");
    }
    return found;
  }

  /// What the layer yields. `blocks[2].conv` and `blocks.2.conv` mean the same.
  public static Value find(Scope at, String layer, Map<String, Value> outputs) {
    return at.last(layer.replace("[", ".").replace("]", ""))
        .orElseThrow(() -> {
          List<String> places =
              at.graph(outputs).nodes().stream()
                  .map(n -> n.path())
                  .filter(p -> p.startsWith(at.path()))
                  .map(p -> at.path().isEmpty() ? p : p.substring(at.path().length() + 1))
                  .map(p -> p.split("\\.", 2)[0])
                  .filter(p -> !p.isEmpty())
                  .distinct()
                  .toList();
          return new ModelException("the backbone has no layer '" + layer + "'; it has " + places);
        });
  }
}
