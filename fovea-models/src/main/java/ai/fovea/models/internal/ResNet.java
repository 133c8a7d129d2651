package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Scope;
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
import java.util.Map;
import java.util.stream.Stream;

/// ResNet (He et al. 2015). The `vd` version (He et al. 2018, "Bag of tricks") has three 3x3 convolutions at the
/// start, and pools by means before the 1x1 convolution of a shortcut that changes the resolution.
///
/// @param depths blocks in each of the four stages
/// @param bottleneck whether a block is 1x1, 3x3, 1x1 with four times as many channels at its end, or two of 3x3
/// @param strides of the first convolution, of the pooling after it, and of stages 2 to 4
/// @param rates factor on the learning rate of the start and of the four stages
/// @param stemAct whether the first convolutions are followed by a ReLU
/// @param firstShort whether the first block's shortcut has a convolution
/// @param maximum whether the final pooling takes the maximum instead of the mean
public record ResNet(
    List<Integer> depths,
    boolean bottleneck,
    boolean vd,
    int classes,
    int channels,
    List<Size> strides,
    List<Double> rates,
    boolean stemAct,
    boolean firstShort,
    boolean maximum)
    implements Backbone {

  private static Value convolve(Scope scope, Value x, Convolution conv, double rate) {
    Value y = conv.rate(rate).apply(scope.child("conv"), x);
    return Layers.batchNorm(scope.child("bn"), y, rate, 1);
  }

  private static Value rectified(Scope scope, Value x, Convolution conv, double rate) {
    return Layers.activate(scope.child("relu"), convolve(scope, x, conv, rate), Function.RELU);
  }

  /// The shortcut of a block that changes resolution or width.
  private Value shorten(Scope scope, Value x, int out, Size stride, double rate, boolean first) {
    if (!vd || first) {
      return convolve(scope, x, Convolution.of(out, 1).stride(stride), rate);
    }
    Size two = Size.of(2);
    Pads pads = Pads.same(x.shape().size(2), x.shape().size(3), two, stride);
    var pool = new Pooling.AvgPool(two, stride, pads, false, false);
    return convolve(scope, scope.child("avg_pool").apply(pool, x), Convolution.of(out, 1), rate);
  }

  private Value block(
      Scope scope, Value x, int width, Size stride, double rate, boolean change, boolean first) {
    int out = bottleneck ? width * 4 : width;
    Value y;
    if (bottleneck) {
      y = rectified(scope.child("conv0"), x, Convolution.of(width, 1), rate);
      y = rectified(scope.child("conv1"), y, Convolution.of(width, 3).stride(stride), rate);
      y = convolve(scope.child("conv2"), y, Convolution.of(out, 1), rate);
    } else {
      y = rectified(scope.child("conv0"), x, Convolution.of(width, 3).stride(stride), rate);
      y = convolve(scope.child("conv1"), y, Convolution.of(out, 3), rate);
    }
    Value along = change ? shorten(scope.child("short"), x, out, stride, rate, first) : x;
    return Layers.activate(scope.child("relu"), Layers.add(scope, y, along), Function.RELU);
  }

  private Value stem(Scope scope, Value image) {
    List<Convolution> convs =
        vd
            ? List.of(
                Convolution.of(32, 3).stride(strides.get(0)),
                Convolution.of(32, 3),
                Convolution.of(64, 3))
            : List.of(Convolution.of(64, 7).stride(strides.get(0)));
    Value x = image;
    for (int i = 0; i < convs.size(); i++) {
      Scope at = scope.child(i);
      x =
          stemAct
              ? rectified(at, x, convs.get(i), rates.get(0))
              : convolve(at, x, convs.get(i), rates.get(0));
    }
    return x;
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = stem(scope.child("stem"), image);
    x = Layers.maxPool(scope.child("max_pool"), x, 3, strides.get(1), 1); // [N, 64, H/4, W/4]
    var stages = new ArrayList<Stage>();
    Size total = strides.get(0).times(strides.get(1));
    int at = 0;
    for (int s = 0; s < depths.size(); s++) {
      for (int b = 0; b < depths.get(s); b++) {
        Size stride = s > 0 && b == 0 ? strides.get(s + 1) : Size.of(1);
        boolean first = s == 0 && b == 0;
        boolean change = b == 0 && (s > 0 || firstShort);
        Scope here = scope.child("blocks").child(at++);
        x = block(here, x, 64 << s, stride, rates.get(s + 1), change, first);
      }
      total = s > 0 ? total.times(strides.get(s + 1)) : total;
      stages.add(new Stage("blocks[" + (at - 1) + "]", x, total));
    }
    x = pool(scope.child("avg_pool"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    double limit = 1 / Math.sqrt(x.shape().size(1));
    var init = new Init.Uniform(-limit, limit);
    return new BackboneOutput(stages, x, Layers.linear(scope.child("fc"), x, classes, init));
  }

  private Value pool(Scope scope, Value x) {
    Size all = new Size(x.shape().size(2), x.shape().size(3));
    return maximum
        ? scope.apply(new Pooling.MaxPool(all, all, Pads.NONE, false), x)
        : Layers.globalMean(scope, x);
  }

  /// The depths and versions.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        plain("ResNet18", "18", false),
        plain("ResNet18_vd", "18", true),
        plain("ResNet34", "34", false),
        plain("ResNet34_vd", "34", true),
        plain("ResNet50", "50", false),
        plain("ResNet50_vd", "50", true),
        plain("ResNet101", "101", false),
        plain("ResNet101_vd", "101", true),
        plain("ResNet152", "152", false),
        plain("ResNet152_vd", "152", true),
        plain("ResNet200_vd", "200", true),
        variant("ResNet50_last_stage_stride1", "50", false, true, false),
        variant("ResNet50_adaptive_max_pool2d", "50", false, false, true));
  }

  private static final Map<String, List<Integer>> DEPTHS =
      Map.of(
          "18", List.of(2, 2, 2, 2),
          "34", List.of(3, 4, 6, 3),
          "50", List.of(3, 4, 6, 3),
          "101", List.of(3, 4, 23, 3),
          "152", List.of(3, 8, 36, 3),
          "200", List.of(3, 12, 48, 3));

  private static NamedBackbone plain(String name, String layers, boolean vd) {
    return variant(name, layers, vd, false, false);
  }

  private static NamedBackbone variant(
      String name, String layers, boolean vd, boolean fineEnd, boolean maximum) {
    var card = ModelCard.paddleClas(name, "ResNet", "1512.03385", "legendary_models/resnet.py");
    return new NamedBackbone(
        fineEnd || maximum ? card.withoutWeights() : card,
        args -> {
          args.word(
              "data_format", "NCHW", "NCHW", "NHWC"); // how the engine stores it is its affair
          args.word("layer_type", "ConvBNLayer", "ConvBNLayer");
          var strides = new ArrayList<>(args.strides("stride_list", 5));
          if (fineEnd) {
            strides.set(4, Size.of(1));
          }
          return new ResNet(
              java.util.Objects.requireNonNull(DEPTHS.get(layers)),
              Integer.parseInt(layers) >= 50,
              vd,
              args.classes(),
              args.integer("input_image_channel", 3, 1),
              strides,
              args.factors("lr_mult_list", 5),
              !args.isNull("stem_act") && args.word("stem_act", "relu", "relu").equals("relu"),
              args.flag("use_first_short_conv", true),
              maximum);
        });
  }
}
