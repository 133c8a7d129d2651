package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Init;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.TrainingOnly.MarginKind;
import ai.fovea.graph.Value;
import ai.fovea.models.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// Necks and heads by name.
public final class Gears {
  private static final Map<String, Function<Arguments, Gear>> ALL =
      Map.of(
          "FC",
          Gears::fullyConnected,
          "BNNeck",
          Gears::bnNeck,
          "VehicleNeck",
          Gears::vehicleNeck,
          "SquareRoot",
          Gears::squareRoot,
          "Tanh",
          args -> (scope, x, label) -> Layers.activate(scope, x, Elementwise.Function.TANH),
          "ArcMargin",
          args -> margin(args, MarginKind.ARC, 0.5, 80),
          "CosMargin",
          args -> margin(args, MarginKind.COS, 0.35, 64),
          "CircleMargin",
          Gears::circle);

  private Gears() {}

  /// All names.
  public static List<String> names() {
    return ALL.keySet().stream().sorted().toList();
  }

  /// The gear that the section describes.
  ///
  /// @param where for messages: `Neck` or `Head`
  /// @throws ModelException for an unknown name, and for wrong or unknown arguments
  public static Gear of(String where, Map<String, ?> section) {
    String name = String.valueOf(section.get("name"));
    var settings = ALL.get(name);
    if (settings == null) {
      throw new ModelException(where + ": there is no '" + name + "'; there are " + names());
    }
    var args = new Arguments(where + " " + name, section);
    Gear gear = settings.apply(args);
    args.check();
    return gear;
  }

  /// A fully connected layer: parameters `fc.weight`, `fc.bias`.
  private static Gear fullyConnected(Arguments args) {
    int in = args.required("embedding_size");
    int out = args.required("class_num");
    Param weight =
        args.has("weight_attr")
            ? Attribute.of(
                    args, "weight_attr", Layers.trained("weight", new Init.XavierUniform(), 1, 1))
                .orElseThrow()
            : Layers.trained("weight", new Init.XavierNormal(), 1, 1);
    var bias = Attribute.of(args, "bias_attr", Layers.trained("bias", Init.ZEROS, 1, 1));
    return (scope, x, label) -> {
      features(scope.path(), x, in, "embedding_size");
      return Layers.linear(
          scope.child("fc"), x, out, Stream.concat(Stream.of(weight), bias.stream()).toList());
    };
  }

  /// Batch normalisation of the features (Luo et al. 2019, "Bag of tricks").
  private static Gear bnNeck(Arguments args) {
    int in = args.required("num_features");
    Param scale =
        Attribute.of(args, "weight_attr", Layers.trained("weight", Init.ONES, 1, 1))
            .orElseGet(() -> Layers.constant("$weight", Init.ONES));
    var shift = Attribute.of(args, "bias_attr", Layers.trained("bias", Init.ZEROS, 1, 1));
    // Without a bias the reference's batch norm yields no gradient for the weight either.
    Param weight = shift.isPresent() ? scale : Layers.frozen(scale);
    Param bias = shift.orElseGet(() -> Layers.constant("$bias", Init.ZEROS));
    boolean global = args.flag("use_global_stats", false);
    return (scope, x, label) -> {
      Value flat = Layers.flatten(scope.child("flatten"), x); // [N, D]
      features(scope.path(), flat, in, "num_features");
      return Layers.batchNorm(scope.child("feat_bn"), flat, weight, bias, global);
    };
  }

  /// Power normalisation (Perronnin et al. 2010) of features that are never negative, `sqrt(x + epsilon)`: large values,
  /// which tell how much of a thing is seen rather than which it is, count for less.
  private static Gear squareRoot(Arguments args) {
    double epsilon = args.number("epsilon", 1e-4);
    return (scope, x, label) ->
        Layers.activate(
            scope, scope.apply(new Elementwise.Affine(1, epsilon), x), Elementwise.Function.SQRT);
  }

  /// A convolution whose output is flattened.
  private static Gear vehicleNeck(Arguments args) {
    int in = args.required("in_channels");
    int kernel = args.integer("kernel_size", 1);
    var conv =
        Convolution.of(args.required("out_channels"), kernel)
            .stride(args.integer("stride", 1))
            .padding(args.integer("padding", 0))
            .groups(args.integer("groups", 1))
            .withBias();
    return (scope, x, label) -> {
      if (x.shape().size(1) != in) {
        throw new ModelException(
            scope.path() + ": in_channels is " + in + ", but the backbone yields " + x.shape());
      }
      return Layers.flatten(scope.child("flatten"), conv.apply(scope.child("conv"), x));
    };
  }

  private static Gear circle(Arguments args) {
    for (String name : List.of("margin", "scale")) {
      if (!args.has(name)) {
        args.problem(name, "is missing");
      }
    }
    return margin(args, MarginKind.CIRCLE, 0.35, 64);
  }

  /// Cosine to each class's weight, with a margin for the right class in training.
  private static Gear margin(Arguments args, MarginKind kind, double margin, double scale) {
    int in = args.required("embedding_size");
    int classes = args.required("class_num");
    var op =
        new TrainingOnly.Margin(
            kind,
            args.number("margin", margin),
            args.number("scale", scale),
            kind == MarginKind.ARC && args.flag("easy_margin", false));
    return (scope, x, label) -> {
      features(scope.path(), x, in, "embedding_size");
      Param weight = scope.param("weight", Shape.of(in, classes), new Init.XavierNormal());
      var inputs = new ArrayList<>(List.of(x));
      label.ifPresent(inputs::add);
      return scope.apply(op, inputs, List.of(weight));
    };
  }

  private static void features(String where, Value x, int expected, String argument) {
    Shape shape = x.shape();
    if (shape.rank() != 2 || shape.size(1) != expected) {
      throw new ModelException(
          where
              + ": "
              + argument
              + " is "
              + expected
              + ", but what comes in has the shape "
              + shape
              + (shape.rank() == 2
                  ? "; set it to " + shape.size(1)
                  : "; stop the backbone at `flatten`"));
    }
  }
}
