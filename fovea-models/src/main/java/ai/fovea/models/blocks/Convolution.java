package ai.fovea.models.blocks;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Init;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A convolution's settings; [#apply] adds it. Sides are padded by half the kernel, or as TensorFlow's SAME.
///
/// @param init of the weight; without it Paddle's default, normal with `std = sqrt(2 / (kernel area * C))`,
///     where `C` counts all input channels, also those of other groups
/// @param rate factor on the learning rate
public record Convolution(
    int out,
    int kernel,
    Size stride,
    int padding,
    boolean same,
    int groups,
    boolean bias,
    Optional<Init> init,
    double rate) {

  /// `out` channels by square kernels, stride 1, no bias.
  public static Convolution of(int out, int kernel) {
    return new Convolution(
        out, kernel, Size.of(1), (kernel - 1) / 2, false, 1, false, Optional.empty(), 1);
  }

  /// One kernel for each of `channels` channels.
  public static Convolution depthwise(int channels, int kernel) {
    return of(channels, kernel).groups(channels);
  }

  /// With another stride.
  public Convolution stride(Size stride) {
    return new Convolution(out, kernel, stride, padding, same, groups, bias, init, rate);
  }

  /// With another stride.
  public Convolution stride(int stride) {
    return stride(Size.of(stride));
  }

  /// With zeros on all sides.
  public Convolution padding(int padding) {
    return new Convolution(out, kernel, stride, padding, false, groups, bias, init, rate);
  }

  /// With TensorFlow's padding if `same`.
  public Convolution same(boolean same) {
    return new Convolution(out, kernel, stride, padding, same, groups, bias, init, rate);
  }

  /// In groups.
  public Convolution groups(int groups) {
    return new Convolution(out, kernel, stride, padding, same, groups, bias, init, rate);
  }

  /// With a bias.
  public Convolution withBias() {
    return new Convolution(out, kernel, stride, padding, same, groups, true, init, rate);
  }

  /// With other first weights.
  public Convolution init(Init init) {
    return new Convolution(
        out, kernel, stride, padding, same, groups, bias, Optional.of(init), rate);
  }

  /// With a factor on the learning rate.
  public Convolution rate(double rate) {
    return new Convolution(out, kernel, stride, padding, same, groups, bias, init, rate);
  }

  /// Adds it: parameters `weight` and perhaps `bias` of `scope`.
  ///
  /// @param x `[N, C, H, W]`
  /// @return `[N, out, H', W']`
  public Value apply(Scope scope, Value x) {
    List<Param> params = params(scope, x.shape().size(1));
    Size size = Size.of(kernel);
    Pads pads =
        same ? Pads.same(x.shape().size(2), x.shape().size(3), size, stride) : Pads.of(padding);
    return scope.apply(new Contraction.Conv(stride, pads, Size.of(1), groups), List.of(x), params);
  }

  /// Declares the parameters without an operation that reads them (see [Scope#unusedParameter]).
  public void unusedParameters(Scope scope, int in, Value anchor) {
    specifications(in).forEach(param -> scope.unusedParameter(param, anchor));
  }

  private List<Param> params(Scope scope, int in) {
    return specifications(in).stream().map(scope::param).toList();
  }

  private List<Param> specifications(int in) {
    Init first = init.orElse(new Init.Normal(0, Math.sqrt(2.0 / (kernel * kernel * in))));
    var params = new ArrayList<Param>();
    Shape shape = Shape.of(out, in / groups, kernel, kernel);
    params.add(new Param("weight", shape, DType.FLOAT32, first, Param.Kind.TRAINED, rate, 1));
    if (bias) {
      Shape each = Shape.of(out);
      params.add(new Param("bias", each, DType.FLOAT32, Init.ZEROS, Param.Kind.TRAINED, rate, 1));
    }
    return params;
  }
}
