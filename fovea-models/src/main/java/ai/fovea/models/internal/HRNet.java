package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Movement.Interpolation;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ModelCard;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// HRNet (Wang et al. 2020): up to four resolutions side by side that exchange what they found.
///
/// Stages take and yield maps of falling resolution, each with twice the channels of the one before.
///
/// @param width channels of the highest resolution
/// @param gated whether blocks end in squeeze and excitation
public record HRNet(int width, boolean gated, int classes) implements Backbone {
  private static final int BLOCKS = 4;
  private static final int LAST = 2048;
  private static final List<Integer> HEADS = List.of(32, 64, 128, 256);

  private static Value convolve(Scope scope, Value x, Convolution conv) {
    return Layers.batchNorm(scope.child("bn"), conv.apply(scope.child("conv"), x));
  }

  private static Value rectified(Scope scope, Value x, Convolution conv) {
    return Layers.activate(scope.child("act"), convolve(scope, x, conv), Function.RELU);
  }

  private static Value rectifiedSum(Scope scope, Value a, Value b) {
    return Layers.activate(scope.child("relu"), Layers.add(scope, a, b), Function.RELU);
  }

  /// 1x1, 3x3 and 1x1 convolution beside a shortcut, to `4 * out` channels.
  private Value bottleneck(Scope scope, Value x, int out, boolean change) {
    Value y = rectified(scope.child("conv1"), x, Convolution.of(out, 1));
    y = rectified(scope.child("conv2"), y, Convolution.of(out, 3));
    y = convolve(scope.child("conv3"), y, Convolution.of(4 * out, 1));
    Value shortcut = change ? convolve(scope.child("conv_down"), x, Convolution.of(4 * out, 1)) : x;
    return rectifiedSum(scope, shortcut, gate(scope, y));
  }

  /// Two 3x3 convolutions beside the identity.
  private Value basic(Scope scope, Value x) {
    int channels = x.shape().size(1);
    Value y = rectified(scope.child("conv1"), x, Convolution.of(channels, 3));
    y = convolve(scope.child("conv2"), y, Convolution.of(channels, 3));
    return rectifiedSum(scope, x, gate(scope, y));
  }

  /// Squeeze and excitation by two linear layers with a sixteenth of the channels between them.
  private Value gate(Scope block, Value x) {
    if (!gated) {
      return x;
    }
    Scope scope = block.child("se");
    int channels = x.shape().size(1);
    Value y = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    y = scope.apply(new Movement.Reshape(Shape.batch(channels)), y); // [N, C]
    y = linear(scope.child("fc_squeeze"), y, channels / 16); // [N, C/16]
    y = Layers.activate(scope.child("relu"), y, Function.RELU);
    y = linear(scope.child("fc_excitation"), y, channels); // [N, C]
    y = Layers.activate(scope.child("sigmoid"), y, Function.SIGMOID);
    y = scope.apply(new Movement.Reshape(Shape.batch(channels, 1, 1)), y); // [N, C, 1, 1]
    return scope.apply(new Elementwise.Binary(Arithmetic.MULTIPLY), x, y); // [N, C, H, W]
  }

  /// First weights within `1 / sqrt(inputs)`.
  private static Value linear(Scope scope, Value x, int out) {
    double limit = 1 / Math.sqrt(x.shape().size(1));
    return Layers.linear(scope, x, out, new Init.Uniform(-limit, limit));
  }

  private List<Value> stage(Scope scope, List<Value> maps, int modules) {
    List<Value> all = maps;
    for (int m = 0; m < modules; m++) {
      all = module(scope.child("stage_func_list").child(m), all);
    }
    return all;
  }

  /// Blocks on each resolution by itself, then the exchange.
  private List<Value> module(Scope scope, List<Value> maps) {
    var each = new ArrayList<Value>();
    for (int i = 0; i < maps.size(); i++) {
      Value x = maps.get(i);
      for (int b = 0; b < BLOCKS; b++) {
        x = basic(scope.child("basic_block_list").child(i).child(b), x);
      }
      each.add(x);
    }
    return exchange(scope.child("fuse_func"), each);
  }

  /// Each resolution gets the sum of all: lower ones enlarged, higher ones by convolutions of stride 2.
  private static List<Value> exchange(Scope scope, List<Value> maps) {
    Scope list = scope.child("residual_func_list");
    int next = 0;
    var out = new ArrayList<Value>();
    for (int i = 0; i < maps.size(); i++) {
      int channels = maps.get(i).shape().size(1);
      Value sum = maps.get(i);
      for (int j = 0; j < maps.size(); j++) {
        Value x = maps.get(j);
        if (j > i) {
          x = convolve(list.child(next++), x, Convolution.of(channels, 1));
          var enlarge = new Movement.Enlarge(Interpolation.NEAREST, Size.of(1 << (j - i)));
          sum = Layers.add(scope, sum, scope.apply(enlarge, x));
        } else if (j < i) {
          for (int k = j; k < i - 1; k++) {
            var half = Convolution.of(x.shape().size(1), 3).stride(2);
            x = rectified(list.child(next++), x, half);
          }
          x = convolve(list.child(next++), x, Convolution.of(channels, 3).stride(2));
          sum = Layers.add(scope, sum, x);
        }
      }
      out.add(Layers.activate(scope.child("relu"), sum, Function.RELU));
    }
    return out;
  }

  /// The maps and one more, of half the resolution.
  private static List<Value> withLower(Scope scope, List<Value> maps) {
    Value lowest = maps.getLast();
    var half = Convolution.of(2 * lowest.shape().size(1), 3).stride(2);
    var all = new ArrayList<>(maps);
    all.add(rectified(scope, lowest, half));
    return all;
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = rectified(scope.child("conv_layer1_1"), image, Convolution.of(64, 3).stride(2));
    x = rectified(scope.child("conv_layer1_2"), x, Convolution.of(64, 3).stride(2));
    for (int b = 0; b < BLOCKS; b++) {
      x = bottleneck(scope.child("layer1").child(b), x, 64, b == 0); // [N, 256, H/4, W/4]
    }
    Value high = rectified(scope.child("conv_tr1_1"), x, Convolution.of(width, 3));
    Value low = rectified(scope.child("conv_tr1_2"), x, Convolution.of(2 * width, 3).stride(2));
    List<Value> maps = stage(scope.child("st2"), List.of(high, low), 1);
    maps = stage(scope.child("st3"), withLower(scope.child("conv_tr2"), maps), 4);
    maps = stage(scope.child("st4"), withLower(scope.child("conv_tr3"), maps), 3);
    var stages = new ArrayList<Stage>();
    for (int i = 0; i < maps.size(); i++) {
      stages.add(Stage.of("st4[" + i + "]", maps.get(i), 4 << i));
    }
    x = head(scope, maps); // [N, 1024, H/32, W/32]
    x = rectified(scope.child("conv_last"), x, Convolution.of(LAST, 1));
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, linear(scope.child("fc"), x, classes));
  }

  /// All resolutions joined from the highest down.
  private Value head(Scope scope, List<Value> maps) {
    Value sum = null;
    for (int i = 0; i < maps.size(); i++) {
      Scope at = scope.child("last_cls").child("func_list").child(i);
      Value x = bottleneck(at, maps.get(i), HEADS.get(i), true); // [N, 128 << i, …]
      if (sum != null) {
        var half = Convolution.of(4 * HEADS.get(i), 3).stride(2);
        Value down = rectified(scope.child("cls_head_conv_list").child(i - 1), sum, half);
        x = Layers.add(scope, x, down);
      }
      sum = x;
    }
    return java.util.Objects.requireNonNull(sum);
  }

  /// The widths.
  public static Stream<NamedBackbone> variants() {
    return Stream.concat(
        Stream.of(18, 30, 32, 40, 44, 48, 60, 64)
            .map(width -> variant("HRNet_W" + width + "_C", width, false)),
        Stream.of(variant("SE_HRNet_W64_C", 64, true)));
  }

  private static NamedBackbone variant(String name, int width, boolean gated) {
    var card = ModelCard.paddleClas(name, "HRNet", "1908.07919", "legendary_models/hrnet.py");
    return new NamedBackbone(
        width == 60 || gated ? card.withoutWeights() : card,
        args -> new HRNet(width, gated, args.classes()));
  }
}
