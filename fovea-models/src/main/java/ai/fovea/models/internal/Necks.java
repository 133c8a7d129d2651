package ai.fovea.models.internal;

import ai.fovea.config.Range;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Init;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import ai.fovea.models.Neck;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.models.blocks.ParameterOptions;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// Necks by name.
final class Necks {
  static final Map<String, Function<Arguments, Neck>> ALL =
      Map.of(
          "FC",
          Necks::fullyConnected,
          "BNNeck",
          Necks::batchNorm,
          "VehicleNeck",
          Necks::convolution,
          "SquareRoot",
          Necks::squareRoot,
          "Tanh",
          args -> (scope, x, stages) -> Layers.activate(scope, x, Elementwise.Function.TANH));

  private Necks() {}

  /// A fully connected layer: parameters `fc.weight`, `fc.bias`.
  private static Neck fullyConnected(Arguments args) {
    int in = args.required("embedding_size");
    int out = args.required("class_num");
    Param weight =
        args.has("weight_attr")
            ? ParameterOptions.of(
                    args, "weight_attr", Layers.trained("weight", new Init.XavierUniform(), 1, 1))
                .orElseThrow()
            : Layers.trained("weight", new Init.XavierNormal(), 1, 1);
    var bias = ParameterOptions.of(args, "bias_attr", Layers.trained("bias", Init.ZEROS, 1, 1));
    return (scope, x, stages) -> {
      requireFeatures(args, x, in, "embedding_size");
      return Layers.linear(
          scope.child("fc"), x, out, Stream.concat(Stream.of(weight), bias.stream()).toList());
    };
  }

  /// Batch normalisation of the features (Luo et al. 2019, "Bag of tricks").
  private static Neck batchNorm(Arguments args) {
    int in = args.required("num_features");
    Param scale =
        ParameterOptions.of(args, "weight_attr", Layers.trained("weight", Init.ONES, 1, 1))
            .orElseGet(() -> Layers.constant("$weight", Init.ONES));
    var shift = ParameterOptions.of(args, "bias_attr", Layers.trained("bias", Init.ZEROS, 1, 1));
    // Without a bias the reference's batch norm yields no gradient for the weight either.
    Param weight = shift.isPresent() ? scale : Layers.frozen(scale);
    Param bias = shift.orElseGet(() -> Layers.constant("$bias", Init.ZEROS));
    boolean global = args.flag("use_global_stats", false);
    return (scope, x, stages) -> {
      Value flat = Layers.flatten(scope.child("flatten"), x); // [N, D]
      requireFeatures(args, flat, in, "num_features");
      return Layers.batchNorm(scope.child("feat_bn"), flat, weight, bias, global);
    };
  }

  /// Power normalisation (Perronnin et al. 2010) of features that are never negative, `sqrt(x + epsilon)`: large values,
  /// which tell how much of a thing is seen rather than which it is, count for less.
  private static Neck squareRoot(Arguments args) {
    double epsilon = args.number("epsilon", 1e-4, Range.above(0));
    return (scope, x, stages) ->
        Layers.activate(
            scope, scope.apply(new Elementwise.Affine(1, epsilon), x), Elementwise.Function.SQRT);
  }

  /// A convolution whose output is flattened.
  private static Neck convolution(Arguments args) {
    int in = args.required("in_channels");
    int kernel = args.integer("kernel_size", 1, 1);
    var conv =
        Convolution.of(args.required("out_channels"), kernel)
            .stride(args.integer("stride", 1, 1))
            .padding(args.integer("padding", 0, 0))
            .groups(args.integer("groups", 1, 1))
            .withBias();
    return (scope, x, stages) -> {
      if (x.shape().size(1) != in) {
        args.config()
            .problem("in_channels", "is " + in + ", but the backbone yields " + x.shape())
            .check();
      }
      return Layers.flatten(scope.child("flatten"), conv.apply(scope.child("conv"), x));
    };
  }

  /// Checks that `x` is `[N, expected]`.
  ///
  /// @throws ai.fovea.config.ConfigException naming the argument
  static void requireFeatures(Arguments args, Value x, int expected, String argument) {
    Shape shape = x.shape();
    if (shape.rank() != 2 || shape.size(1) != expected) {
      args.config()
          .problem(
              argument,
              "is "
                  + expected
                  + ", but what comes in has the shape "
                  + shape
                  + (shape.rank() == 2
                      ? "; set it to " + shape.size(1)
                      : "; stop the backbone at `flatten`"))
          .check();
    }
  }
}
