package ai.fovea.models.internal;

import static ai.fovea.graph.Elementwise.Function.SIGMOID;
import static ai.fovea.graph.Elementwise.Function.SILU;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ImagePreparation;
import ai.fovea.models.ImagePreparation.Interpolation;
import ai.fovea.models.ModelCard;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.models.blocks.SqueezeExcite;
import ai.fovea.models.blocks.Transformers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// EfficientNet (Tan and Le 2019): inverted residuals whose width, depth and resolution grow together.
///
/// @param same whether padding follows TensorFlow's SAME, else half the kernel on all sides
/// @param gated whether blocks have squeeze and excitation
public record EfficientNet(Net net, boolean same, boolean gated, int classes) implements Backbone {

  /// @param width factor on all channels
  /// @param depth factor on the blocks of each stage
  /// @param side height and width in pixels of the images it was designed for
  record Net(double width, double depth, int side, double dropout) {}

  private record Blocks(int count, int kernel, int stride, int expand, int out) {}

  private static final List<Blocks> STAGES =
      List.of(
          new Blocks(1, 3, 1, 1, 16),
          new Blocks(2, 3, 2, 6, 24),
          new Blocks(2, 5, 2, 6, 40),
          new Blocks(3, 3, 2, 6, 80),
          new Blocks(3, 5, 1, 6, 112),
          new Blocks(4, 5, 2, 6, 192),
          new Blocks(1, 3, 1, 6, 320));

  private static final Normalization.BatchNorm NORM =
      new Normalization.BatchNorm(1e-3, 0.99, false);
  private static final Op GATE = new Elementwise.Unary(SIGMOID);

  /// The rate at which training leaves out a branch rises linearly from 0 in the first block towards this one.
  private static final double DROP = 0.2;

  /// @param side height and width of `x` for images of the designed size
  private Value convolve(Scope scope, Value x, Convolution conv, int side) {
    Scope at = scope.child("_conv");
    Value y = padded(at.child("_conv"), x, conv, side);
    return Layers.batchNorm(at.child("_bn"), y, NORM);
  }

  /// The reference pads by the designed size, whatever size an image has. What SAME would put at the bottom and right
  /// alone, it puts on all sides, and then cuts off the first row and column of the result.
  private Value padded(Scope scope, Value x, Convolution conv, int side) {
    boolean uneven = same && conv.stride().h() == 2 && side % 2 == 0;
    if (!uneven) {
      return conv.apply(scope.child("_conv"), x);
    }
    Value y = conv.padding((conv.kernel() + 1) / 2).apply(scope.child("_conv"), x);
    y = scope.apply(new Movement.Slice(2, 1, y.shape().size(2), 1), y);
    return scope.apply(new Movement.Slice(3, 1, y.shape().size(3), 1), y);
  }

  private static Value swish(Scope scope, Value x) {
    return Layers.activate(scope, x, SILU);
  }

  private Value block(
      Scope scope, Value x, Blocks stage, int out, int stride, int side, double drop) {
    int in = x.shape().size(1);
    int wide = in * stage.expand;
    Value y = x;
    if (stage.expand > 1) {
      y = swish(scope, convolve(scope.child("_ecn"), y, Convolution.of(wide, 1), side));
    }
    var depthwise = Convolution.depthwise(wide, stage.kernel).stride(stride);
    y = swish(scope, convolve(scope.child("_dcn"), y, depthwise, side));
    if (gated) {
      var names = List.of("_conv1._conv", "_conv2._conv");
      y = new SqueezeExcite(in / 4, SILU, GATE, names, 1).apply(scope.child("_se"), y);
    }
    y = convolve(scope.child("_pcn"), y, Convolution.of(out, 1), side);
    return stride == 1 && in == out ? Transformers.residual(scope, x, y, drop) : y;
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Scope features = scope.child("_ef");
    var stem = Convolution.of(scaled(32), 3).stride(2);
    Value x = convolve(features.child("_conv_stem"), image, stem, net.side);
    x = swish(features, x); // [N, stem, H/2, W/2]
    int side = (net.side + 1) / 2;
    int all = STAGES.stream().mapToInt(this::count).sum();
    int done = 0;
    int total = 2;
    var stages = new ArrayList<Stage>();
    for (int s = 0; s < STAGES.size(); s++) {
      Blocks stage = STAGES.get(s);
      for (int b = 0; b < count(stage); b++) {
        // The reference names the first block of a stage otherwise than the rest.
        Scope at = features.child((b == 0 ? "_blocks." : "block.") + done + ".");
        int stride = b == 0 ? stage.stride : 1;
        x = block(at, x, stage, scaled(stage.out), stride, side, DROP * done++ / all);
      }
      side = Math.ceilDiv(side, stage.stride);
      total *= stage.stride;
      if (s + 1 == STAGES.size() || STAGES.get(s + 1).stride > 1) {
        stages.add(Stage.of("stages[" + s + "]", x, total));
      }
    }
    x = swish(scope.child("_conv"), convolve(scope, x, Convolution.of(scaled(1280), 1), side));
    x = Layers.globalMean(scope.child("_pool"), x); // [N, D, 1, 1]
    x = Layers.dropout(scope.child("_drop"), x, net.dropout, false);
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, Layers.linear(scope.child("_fc"), x, classes));
  }

  private int scaled(int channels) {
    return Layers.divisible(channels * net.width);
  }

  private int count(Blocks stage) {
    return (int) Math.ceil(stage.count * net.depth);
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    var smallest = new Net(1, 1, 224, 0.2);
    return Stream.of(
        variant("B0_small", smallest, false),
        variant("B0", smallest, true),
        variant("B1", new Net(1, 1.1, 240, 0.2), true),
        variant("B2", new Net(1.1, 1.2, 260, 0.3), true),
        variant("B3", new Net(1.2, 1.4, 300, 0.3), true),
        variant("B4", new Net(1.4, 1.8, 380, 0.4), true),
        variant("B5", new Net(1.6, 2.2, 456, 0.4), true),
        variant("B6", new Net(1.8, 2.6, 528, 0.5), true),
        variant("B7", new Net(2, 3.1, 600, 0.5), true));
  }

  private static NamedBackbone variant(String size, Net net, boolean full) {
    var prepared = ImagePreparation.imageNet(net.side, net.side + 32, Interpolation.BILINEAR);
    return new NamedBackbone(
        ModelCard.paddleClas(
                "EfficientNet" + size, "EfficientNet", "1905.11946", "model_zoo/efficientnet.py")
            .prepared(prepared),
        args ->
            new EfficientNet(
                net,
                args.word("padding_type", full ? "SAME" : "DYNAMIC", "SAME", "DYNAMIC")
                    .equals("SAME"),
                args.flag("use_se", full),
                args.classes()));
  }
}
