package ai.fovea.models;

import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.internal.Arguments;
import ai.fovea.models.internal.Families;
import ai.fovea.models.internal.Gears;
import ai.fovea.models.internal.RecModel;
import java.util.LinkedHashMap;
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
public final class Models {
  private Models() {}

  /// All names, in the order of the families.
  public static List<String> names() {
    return cards().stream().map(ModelCard::name).toList();
  }

  /// What is known of each network.
  public static List<ModelCard> cards() {
    return Families.ALL.stream().map(v -> v.card()).toList();
  }

  /// The network without a label input.
  ///
  /// @param arch `name` and constructor arguments
  /// @param input height and width of the pictures; another size means building again
  /// @throws ModelException for an unknown name, and for all wrong or unknown arguments at once
  public static Graph build(Map<String, ?> arch, Size input) {
    return build(arch, input, false);
  }

  /// The network.
  ///
  /// @param label whether there is an input `label`; networks without a margin head leave it out
  public static Graph build(Map<String, ?> arch, Size input, boolean label) {
    Scope scope = Scope.root();
    String name = name(arch);
    if (name.equals("RecModel")) {
      RecModel model = RecModel.of(new Arguments(name, arch), Models::backbone);
      Value image = image(scope, model.backbone().channels(), input);
      return scope.graph(model.build(scope, image, label(scope, label)));
    }
    Backbone backbone = backbone(arch);
    Value image = image(scope, backbone.channels(), input);
    return scope.graph(backbone.build(scope, image));
  }

  /// The backbone alone, for use as a part of another network.
  ///
  /// @throws ModelException for an unknown name, and for all wrong or unknown arguments at once
  public static Backbone backbone(Map<String, ?> arch) {
    String name = name(arch);
    var variant = Families.find(name);
    var args = new Arguments(name, arch);
    Backbone backbone = variant.settings().apply(args);
    List<String> patterns = patterns(args, backbone);
    args.check();
    return patterns.isEmpty() ? backbone : new Tapped(backbone, patterns);
  }

  /// The names of necks and heads.
  public static List<String> gears() {
    return Gears.names();
  }

  /// A neck or head alone: input `features`, output `out`.
  ///
  /// @param gear `name` and arguments, e.g. `{name: ArcMargin, embedding_size: 512, class_num: 10}`
  /// @param features the shape of what comes in, with batch
  /// @param label whether there is an input `label`
  public static Graph gear(Map<String, ?> gear, Shape features, boolean label) {
    Scope scope = Scope.root();
    Value in = scope.input("features", features, DType.FLOAT32);
    Value out = Gears.of("Gear", gear).build(scope, in, label(scope, label));
    return scope.graph(Map.of("out", out));
  }

  private static Value image(Scope scope, int channels, Size size) {
    return scope.input("image", Shape.batch(channels, size.h(), size.w()), DType.FLOAT32);
  }

  private static Optional<Value> label(Scope scope, boolean wanted) {
    return wanted
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

  private static List<String> patterns(Arguments args, Backbone backbone) {
    List<String> named = args.words("return_patterns");
    Object stages = args.value("return_stages");
    if (!named.isEmpty() || stages == null || stages.equals(false)) {
      return named;
    }
    List<String> all = backbone.stages();
    if (stages.equals(true)) {
      return all;
    }
    List<?> items = stages instanceof List<?> list ? list : List.of(stages);
    List<Integer> indexes =
        items.stream()
            .map(i -> Arguments.whole(i).orElse(-1))
            .filter(i -> i >= 0 && i < all.size())
            .toList();
    if (indexes.size() < items.size()) {
      args.problem("return_stages", "is " + stages + ", must pick from " + all);
      return List.of();
    }
    return indexes.stream().map(all::get).toList();
  }

  /// A backbone that also yields what some of its places yield.
  private record Tapped(Backbone backbone, List<String> patterns) implements Backbone {
    @Override
    public Map<String, Value> build(Scope scope, Value image) {
      var outputs = new LinkedHashMap<>(backbone.build(scope, image));
      var all = Map.copyOf(outputs);
      patterns.forEach(p -> outputs.put(p, RecModel.find(scope, p, all)));
      return outputs;
    }

    @Override
    public int channels() {
      return backbone.channels();
    }

    @Override
    public List<String> stages() {
      return backbone.stages();
    }
  }
}
