package ai.fovea.models;

import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.internal.Catalog;
import ai.fovea.models.internal.MultiOutputBackbone;
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
  /// @throws ModelException for an unknown name, and for all wrong or unknown arguments at once
  public static Graph build(Map<String, ?> arch, Size input) {
    return build(arch, input, false);
  }

  /// The network.
  ///
  /// @param label whether there is an input `label`; networks without a margin head leave it out
  public static Graph build(Map<String, ?> arch, Size input, boolean label) {
    Scope scope = Scope.root();
    Catalog catalog = Catalog.load();
    String name = name(arch);
    if (name.equals("RecModel")) {
      RecModel model =
          RecModel.of(new Arguments(name, arch), catalog, section -> backbone(catalog, section));
      Value image = image(scope, model.backbone().channels(), input);
      return scope.graph(model.build(scope, image, label(scope, label)));
    }
    Backbone backbone = backbone(catalog, arch);
    Value image = image(scope, backbone.channels(), input);
    return scope.graph(backbone.build(scope, image).outputs());
  }

  /// The backbone alone, for use as a part of another network.
  ///
  /// @throws ModelException for an unknown name, and for all wrong or unknown arguments at once
  public static Backbone backbone(Map<String, ?> arch) {
    return backbone(Catalog.load(), arch);
  }

  private static Backbone backbone(Catalog catalog, Map<String, ?> arch) {
    String name = name(arch);
    var factory = catalog.backbone(name).factory();
    var args = new Arguments(name, arch);
    Backbone backbone = MultiOutputBackbone.of(args, factory.apply(args));
    args.check();
    return backbone;
  }

  /// A head alone, or a neck in its place: input `features`, output `out`.
  ///
  /// @param section `name` and arguments, e.g. `{name: ArcMargin, embedding_size: 512, class_num: 10}`
  /// @param features the shape of what comes in, with batch
  /// @param label whether there is an input `label`
  public static Graph head(Map<String, ?> section, Shape features, boolean label) {
    Scope scope = Scope.root();
    Value in = scope.input("features", features, DType.FLOAT32);
    Head head = Catalog.load().head(section);
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

  private static String name(Map<String, ?> arch) {
    if (arch.get("name") instanceof String name) {
      return name;
    }
    throw new ModelException(
        "the description of a network needs a `name`; it has " + arch.keySet());
  }
}
