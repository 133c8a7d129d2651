package ai.fovea.models.internal;

import ai.fovea.config.Config;
import ai.fovea.graph.DType;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.Head;
import ai.fovea.models.Neck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// A recognition model: a backbone, perhaps stopped at a layer, then perhaps a neck and a head. Its outputs are
/// `backbone`, `neck` (if any), `features` (what the neck yields, else the backbone) and `logits` (if there is a
/// head).
///
/// @param section the settings
/// @param stop the layer whose output is the backbone's; without it, the backbone's logits
/// @param headFromBackbone whether the head takes the backbone's output instead of the features
public record RecModel(
    Config section,
    Backbone backbone,
    Optional<String> stop,
    Optional<Neck> neck,
    Optional<Head> head,
    boolean headFromBackbone) {

  private static final String STOP = "BackboneStopLayer";

  /// Reads the sections `Backbone`, `BackboneStopLayer`, `Neck`, `Head`; what is wrong is noted in them.
  public static RecModel of(Config section, Catalog catalog, Function<Config, Backbone> backbones) {
    var args = new Arguments("RecModel", section);
    Backbone backbone = backbones.apply(section.at("Backbone"));
    Optional<String> stop = section.find(STOP).map(s -> s.text("name"));
    stop.ifPresent(layer -> misspelt(section, layer, catalog));
    var neck = section.find("Neck").map(catalog::neck);
    var head = section.find("Head").map(catalog::head);
    boolean fromBackbone =
        args.word("head_feature_from", "neck", "neck", "backbone").equals("backbone");
    // What the reference's exporter reads; here an output is picked by its name.
    args.value("infer_output_key");
    args.value("infer_add_softmax");
    args.value("is_rec");
    args.finish();
    return new RecModel(
        section, backbone, stop.filter(s -> !s.isEmpty()), neck, head, fromBackbone);
  }

  /// Notes a misspelt layer where the backbone is misspelt, too.
  private static void misspelt(Config section, String layer, Catalog catalog) {
    section
        .find("Backbone")
        .flatMap(b -> catalog.meant(b.optionalText("name").orElse("")))
        .flatMap(meant -> {
          int size = meant.card().preparation().size();
          Scope scope = Scope.root();
          Backbone backbone = meant.factory().apply(new Arguments("", Config.of(Map.of())));
          Shape shape = Shape.batch(backbone.channels(), size, size);
          Value image = scope.input("image", shape, DType.FLOAT32);
          return Places.misspelt(scope, layer, backbone.build(scope, image));
        })
        .ifPresent(problem -> section.problem(STOP + ".name", problem));
  }

  /// Adds it to `scope`.
  public Map<String, Value> build(Scope scope, Value image, Optional<Value> label) {
    var outputs = new LinkedHashMap<String, Value>();
    Scope at = scope.child("backbone");
    BackboneOutput all = backbone.build(at, image);
    Value x =
        stop.map(layer -> Places.find(at, layer, all, section, STOP + ".name"))
            .orElse(all.logits());
    outputs.put("backbone", x);
    Value features = x;
    if (neck.isPresent()) {
      section.find("Neck").ifPresent(n -> requireWidth(n, outputs.get("backbone"), "Backbone"));
      features = neck.get().build(scope.child("neck"), x, all.stages());
      outputs.put("neck", features);
    }
    outputs.put("features", features);
    if (head.isPresent()) {
      Value from = headFromBackbone ? x : features;
      String origin = headFromBackbone || neck.isEmpty() ? "Backbone" : "Neck";
      section.find("Head").ifPresent(h -> requireWidth(h, from, origin));
      outputs.put("logits", head.get().build(scope.child("head"), from, label));
    }
    return outputs;
  }

  /// Notes where a part does not take as many numbers as the part before it yields, naming the keys of both.
  private void requireWidth(Config part, Value in, String origin) {
    if (in.shape().rank() != 2) {
      return; // told by the part itself
    }
    int width = in.shape().size(1);
    Config before = section.find(origin).orElse(section);
    String named =
        Stream.of("class_num", "out_channels", "num_features")
            .filter(key -> before.value(key).filter(v -> v.equals((long) width)).isPresent())
            .findFirst()
            .map(key -> before.path() + "." + key + " is " + width + "; make them equal")
            .orElse(before.path() + " yields " + width + " numbers; set it to " + width);
    for (String key : List.of("embedding_size", "num_features")) {
      if (part.has(key) && part.integer(key, width) != width) {
        part.problem(key, "is %d, but %s".formatted(part.integer(key, width), named)).check();
      }
    }
  }
}
