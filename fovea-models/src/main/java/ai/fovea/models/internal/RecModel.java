package ai.fovea.models.internal;

import ai.fovea.config.Config;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.Head;
import ai.fovea.models.Neck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A recognition model: a backbone, perhaps stopped at a layer, then perhaps a neck and a head. Its outputs are
/// `backbone`, `neck` (if any), `features` (what the neck yields, else the backbone) and `logits` (if there is a
/// head).
///
/// @param stop the layer whose output is the backbone's; without it, the backbone's logits
/// @param headFromBackbone whether the head takes the backbone's output instead of the features
public record RecModel(
    Backbone backbone,
    Optional<String> stop,
    Optional<Neck> neck,
    Optional<Head> head,
    boolean headFromBackbone) {

  /// Reads the sections `Backbone`, `BackboneStopLayer`, `Neck`, `Head`; what is wrong is noted in them.
  public static RecModel of(Config section, Catalog catalog, Function<Config, Backbone> backbones) {
    var args = new Arguments("RecModel", section);
    Backbone backbone = backbones.apply(section.at("Backbone"));
    Optional<String> stop = section.find("BackboneStopLayer").map(s -> s.text("name"));
    var neck = section.find("Neck").map(catalog::neck);
    var head = section.find("Head").map(catalog::head);
    boolean fromBackbone =
        args.word("head_feature_from", "neck", "neck", "backbone").equals("backbone");
    // What the reference's exporter reads; here an output is picked by its name.
    args.value("infer_output_key");
    args.value("infer_add_softmax");
    args.value("is_rec");
    args.finish();
    return new RecModel(backbone, stop.filter(s -> !s.isEmpty()), neck, head, fromBackbone);
  }

  /// Adds it to `scope`.
  public Map<String, Value> build(Scope scope, Value image, Optional<Value> label) {
    var outputs = new LinkedHashMap<String, Value>();
    Scope at = scope.child("backbone");
    BackboneOutput all = backbone.build(at, image);
    Value x = stop.map(layer -> Places.find(at, layer, all)).orElse(all.logits());
    outputs.put("backbone", x);
    Value features = x;
    if (neck.isPresent()) {
      features = neck.get().build(scope.child("neck"), x, all.stages());
      outputs.put("neck", features);
    }
    outputs.put("features", features);
    if (head.isPresent()) {
      Value from = headFromBackbone ? x : features;
      outputs.put("logits", head.get().build(scope.child("head"), from, label));
    }
    return outputs;
  }
}
