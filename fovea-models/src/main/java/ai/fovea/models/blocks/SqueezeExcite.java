package ai.fovea.models.blocks;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Op;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import java.util.List;

/// Squeeze and excitation (Hu et al. 2018): a map times a gate for each channel, which two 1x1 convolutions make of the
/// global mean.
///
/// @param hidden channels between the convolutions
/// @param act after the first convolution
/// @param gate after the second
/// @param names of the scopes of the two convolutions
/// @param rate factor on the learning rate
public record SqueezeExcite(int hidden, Function act, Op gate, List<String> names, double rate) {
  /// Checks that both convolutions have a name.
  public SqueezeExcite {
    names = List.copyOf(names);
    if (names.size() != 2) {
      throw new IllegalArgumentException("two convolutions, but names " + names);
    }
  }

  /// Convolutions `conv1`, `conv2` with a fourth of the channels and ReLU between them.
  public static SqueezeExcite of(int channels, Op gate) {
    return new SqueezeExcite(channels / 4, Function.RELU, gate, List.of("conv1", "conv2"), 1);
  }

  /// With a factor on the learning rate.
  public SqueezeExcite rate(double rate) {
    return new SqueezeExcite(hidden, act, gate, names, rate);
  }

  /// Adds it.
  ///
  /// @param x `[N, C, H, W]`
  /// @return the same shape
  public Value apply(Scope scope, Value x) {
    int channels = x.shape().size(1);
    Value y = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    y = convolve(scope.child(names.get(0)), y, hidden); // [N, hidden, 1, 1]
    y = Layers.activate(scope.child("act"), y, act);
    y = convolve(scope.child(names.get(1)), y, channels); // [N, C, 1, 1]
    y = scope.child("gate").apply(gate, y);
    return scope.apply(new Elementwise.Binary(Arithmetic.MULTIPLY), x, y); // [N, C, H, W]
  }

  private Value convolve(Scope scope, Value x, int out) {
    return Convolution.of(out, 1).withBias().rate(rate).apply(scope, x);
  }
}
