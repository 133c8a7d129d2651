package ai.fovea.models;

import ai.fovea.base.ModelException;
import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.internal.Catalog;
import ai.fovea.models.internal.RecModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Networks by name, built from the `Arch` section of a configuration.
///
/// ```java
/// Graph graph = Models.build(Map.of("name", "PPLCNet_x1_0", "class_num", 10), Size.of(224));
/// ```
///
/// A graph has the input `image` `[N, C, H, W]` and, if asked for, `label` `[N, 1]` (int64), which margin heads
/// take in training. Plain networks yield `logits` (GoogLeNet `logits`, `logits1`, `logits2`), and one more
/// output, under its own name, for each of `return_patterns` or `return_stages`. A `RecModel` yields `backbone`,
/// `neck`, `features`, `logits` as far as it has them.
///
/// Names are those of PaddleClas and of every [ModelProvider].
public final class Models {
  private static final String REC_MODEL = "RecModel";

  private Models() {}

  /// The names of all backbones, in the order of the families.
  public static List<String> names() {
    return List.copyOf(Catalog.load().backbones().keySet());
  }

  /// What is known of each backbone.
  public static List<ModelCard> cards() {
    return Catalog.load().backbones().values().stream().map(NamedBackbone::card).toList();
  }

  /// The names of all necks.
  public static List<String> necks() {
    return Catalog.load().necks().keySet().stream().sorted().toList();
  }

  /// The names of all heads; every neck can stand in the place of one.
  public static List<String> heads() {
    return Catalog.load().heads().keySet().stream().sorted().toList();
  }

  /// The network without a label input.
  ///
  /// @param arch `name` and constructor arguments
  /// @param input height and width of the images; another size means building again
  /// @throws ai.fovea.config.ConfigException for an unknown name, and for all wrong or unknown arguments at once
  /// @throws ModelException if parts don't fit each other or the size
  public static Graph build(Map<String, ?> arch, Size input) {
    return build(arch, input, false);
  }

  /// The network.
  ///
  /// @param label whether there is an input `label`; networks without a margin head leave it out
  public static Graph build(Map<String, ?> arch, Size input, boolean label) {
    return build(Config.of(arch), input, label);
  }

  /// The network that a section of a configuration describes; errors name the full paths of its keys.
  ///
  /// @param label whether there is an input `label`; networks without a margin head leave it out
  public static Graph build(Config arch, Size input, boolean label) {
    Config section = arch.apart();
    Catalog catalog = Catalog.load();
    Scope scope = Scope.root();
    String name = section.text("name");
    boolean meant = section.has("Backbone") && Names.meant(name, List.of(REC_MODEL)).isPresent();
    if (meant && !name.equals(REC_MODEL)) {
      section.problem(
          "name", "there is no network '%s'; do you mean %s?".formatted(name, REC_MODEL));
    }
    if (meant || name.equals(REC_MODEL)) {
      RecModel model = RecModel.of(section, catalog, catalog::backbone);
      section.check();
      Value image = image(scope, model.backbone().channels(), input);
      return scope.graph(model.build(scope, image, label(scope, label)));
    }
    Backbone backbone = catalog.backbone(section);
    section.check();
    Value image = image(scope, backbone.channels(), input);
    return scope.graph(backbone.build(scope, image).outputs());
  }

  /// The backbone alone, for use as a part of another network.
  ///
  /// @throws ai.fovea.config.ConfigException for an unknown name, and for all wrong or unknown arguments at once
  public static Backbone backbone(Map<String, ?> arch) {
    Config section = Config.of(arch);
    Backbone backbone = Catalog.load().backbone(section);
    section.check();
    return backbone;
  }

  /// A head alone, or a neck in its place: input `features`, output `out`.
  ///
  /// @param section `name` and arguments, e.g. `{name: ArcMargin, embedding_size: 512, class_num: 10}`
  /// @param features the shape of what comes in, with batch
  /// @param label whether there is an input `label`
  public static Graph head(Map<String, ?> section, Shape features, boolean label) {
    Config described = Config.of(section);
    Head head = Catalog.load().head(described);
    described.check();
    Scope scope = Scope.root();
    Value in = scope.input("features", features, DType.FLOAT32);
    return scope.graph(Map.of("out", head.build(scope, in, label(scope, label))));
  }

  private static Value image(Scope scope, int channels, Size size) {
    return scope.input("image", Shape.batch(channels, size.h(), size.w()), DType.FLOAT32);
  }

  private static Optional<Value> label(Scope scope, boolean present) {
    return present
        ? Optional.of(scope.input("label", Shape.batch(1), DType.INT64))
        : Optional.empty();
  }
}
