package ai.fovea.models.blocks;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.Value;
import java.util.List;

/// Layers that many families share. Each takes the scope in which the layer lives, whose name is the first part
/// of its parameters' names.
public final class Layers {
  private Layers() {}

  /// Batch normalisation over axis 1 with Paddle's defaults.
  public static Value batchNorm(Scope scope, Value x) {
    return batchNorm(scope, x, 1, 1);
  }

  /// Batch normalisation over axis 1.
  ///
  /// @param rate factor on the learning rate of weight and bias
  /// @param decay factor on their weight decay
  public static Value batchNorm(Scope scope, Value x, double rate, double decay) {
    return batchNorm(
        scope,
        x,
        trained("weight", Init.ONES, rate, decay),
        trained("bias", Init.ZEROS, rate, decay),
        false);
  }

  /// Batch normalisation over axis 1 with other numbers than Paddle's defaults.
  public static Value batchNorm(Scope scope, Value x, Normalization.BatchNorm norm) {
    return batchNorm(
        scope, x, norm, trained("weight", Init.ONES, 1, 1), trained("bias", Init.ZEROS, 1, 1));
  }

  /// Batch normalisation over axis 1, momentum 0.9 of the old statistic, epsilon 1e-5.
  ///
  /// @param weight its shape is replaced by the number of channels; so is the bias's
  public static Value batchNorm(
      Scope scope, Value x, Param weight, Param bias, boolean globalStats) {
    return batchNorm(scope, x, new Normalization.BatchNorm(1e-5, 0.9, globalStats), weight, bias);
  }

  private static Value batchNorm(
      Scope scope, Value x, Normalization.BatchNorm norm, Param weight, Param bias) {
    Shape each = Shape.of(x.shape().size(1));
    return scope.apply(
        norm,
        List.of(x),
        List.of(
            scope.param(shaped(weight, each)),
            scope.param(shaped(bias, each)),
            scope.param(statistic("_mean", each, Init.ZEROS)),
            scope.param(statistic("_variance", each, Init.ONES))));
  }

  /// Layer normalisation over the last axis.
  public static Value layerNorm(Scope scope, Value x, double epsilon) {
    Shape each = Shape.of(x.shape().size(-1));
    return scope.apply(
        new Normalization.LayerNorm(epsilon, 1),
        List.of(x),
        List.of(scope.param("weight", each, Init.ONES), scope.param("bias", each, Init.ZEROS)));
  }

  /// A fully connected layer with bias, first weights by Glorot's uniform rule, Paddle's default.
  public static Value linear(Scope scope, Value x, int out) {
    return linear(scope, x, out, new Init.XavierUniform());
  }

  /// A fully connected layer with bias.
  public static Value linear(Scope scope, Value x, int out, Init init) {
    return linear(
        scope, x, out, List.of(trained("weight", init, 1, 1), trained("bias", Init.ZEROS, 1, 1)));
  }

  /// A fully connected layer over the last axis.
  ///
  /// @param params weight and perhaps bias; the shapes are replaced
  public static Value linear(Scope scope, Value x, int out, List<Param> params) {
    var named = new java.util.ArrayList<Param>();
    named.add(scope.param(shaped(params.get(0), Shape.of(x.shape().size(-1), out))));
    params.stream().skip(1).map(p -> scope.param(shaped(p, Shape.of(out)))).forEach(named::add);
    return scope.apply(new Contraction.Linear(), List.of(x), named);
  }

  /// The specification of a trained vector or matrix whose shape follows from where it is used.
  public static Param trained(String name, Init init, double rate, double decay) {
    return new Param(name, Shape.of(1), DType.FLOAT32, init, Param.Kind.TRAINED, rate, decay);
  }

  /// What takes the place of a vector that the network does without. Its name begins with `$`: checkpoints have none.
  public static Param constant(String name, Init init) {
    return new Param(name, Shape.of(1), DType.FLOAT32, init, Param.Kind.CONSTANT, 0, 0);
  }

  /// The same parameter, not trained.
  public static Param frozen(Param p) {
    return p.kind() == Param.Kind.TRAINED
        ? new Param(p.name(), p.shape(), p.dtype(), p.init(), Param.Kind.FROZEN, 0, 0)
        : p;
  }

  /// A function of each element.
  public static Value activate(Scope scope, Value x, Elementwise.Function function) {
    return scope.apply(new Elementwise.Unary(function), x);
  }

  /// The activation that a configuration calls by this name.
  public static Elementwise.Function function(String name) {
    return switch (name) {
      case "relu" -> Elementwise.Function.RELU;
      case "relu6" -> Elementwise.Function.RELU6;
      case "hardswish" -> Elementwise.Function.HARD_SWISH;
      default -> throw new IllegalArgumentException("no activation '" + name + "'");
    };
  }

  /// `a + b`.
  public static Value add(Scope scope, Value a, Value b) {
    return scope.apply(new Elementwise.Binary(Elementwise.Arithmetic.ADD), a, b);
  }

  /// `[N, C, H, W]` to `[N, C, 1, 1]`.
  public static Value globalMean(Scope scope, Value x) {
    return scope.apply(new Pooling.AdaptiveAvgPool(Size.of(1)), x);
  }

  /// Maximum over square windows.
  public static Value maxPool(Scope scope, Value x, int kernel, Size stride, int padding) {
    return scope.apply(new Pooling.MaxPool(Size.of(kernel), stride, Pads.of(padding), false), x);
  }

  /// `[N, ...]` to `[N, D]`.
  public static Value flatten(Scope scope, Value x) {
    return scope.apply(new Movement.Reshape(Shape.batch(x.shape().withBatch(1).size())), x);
  }

  /// Dropout; none where `p` is 0.
  public static Value dropout(Scope scope, Value x, double p, boolean downgradeInInfer) {
    return p == 0 ? x : scope.apply(new TrainingOnly.Dropout(p, downgradeInInfer), x);
  }

  /// The multiple of 8 nearest to `channels`, at least 8 and at least nine tenths of it.
  public static int divisible(double channels) {
    int near = Math.max(8, (int) (channels + 4) / 8 * 8);
    return near < 0.9 * channels ? near + 8 : near;
  }

  private static Param statistic(String name, Shape shape, Init init) {
    return new Param(name, shape, DType.FLOAT32, init, Param.Kind.STATISTIC, 0, 0);
  }

  private static Param shaped(Param p, Shape shape) {
    return new Param(p.name(), shape, p.dtype(), p.init(), p.kind(), p.learningRate(), p.decay());
  }
}
