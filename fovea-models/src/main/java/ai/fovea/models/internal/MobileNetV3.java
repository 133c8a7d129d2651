package ai.fovea.models.internal;

import static ai.fovea.graph.Elementwise.Function.HARD_SWISH;
import static ai.fovea.graph.Elementwise.Function.RELU;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Op;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ModelCard;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.models.blocks.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// MobileNetV3 (Howard et al. 2019): inverted residuals found by search, with squeeze-excite and hard swish.
///
/// @param scale factor on all channels
/// @param stem channels of the first convolution, before scaling
/// @param expand channels of the last convolution
public record MobileNetV3(
    boolean large, double scale, int classes, int stem, int expand, double dropout)
    implements Backbone {

  private record Block(int kernel, int wide, int out, boolean gated, Function act, int stride) {}

  private static final List<Block> LARGE =
      List.of(
          new Block(3, 16, 16, false, RELU, 1),
          new Block(3, 64, 24, false, RELU, 2),
          new Block(3, 72, 24, false, RELU, 1),
          new Block(5, 72, 40, true, RELU, 2),
          new Block(5, 120, 40, true, RELU, 1),
          new Block(5, 120, 40, true, RELU, 1),
          new Block(3, 240, 80, false, HARD_SWISH, 2),
          new Block(3, 200, 80, false, HARD_SWISH, 1),
          new Block(3, 184, 80, false, HARD_SWISH, 1),
          new Block(3, 184, 80, false, HARD_SWISH, 1),
          new Block(3, 480, 112, true, HARD_SWISH, 1),
          new Block(3, 672, 112, true, HARD_SWISH, 1),
          new Block(5, 672, 160, true, HARD_SWISH, 2),
          new Block(5, 960, 160, true, HARD_SWISH, 1),
          new Block(5, 960, 160, true, HARD_SWISH, 1));

  private static final List<Block> SMALL =
      List.of(
          new Block(3, 16, 16, true, RELU, 2),
          new Block(3, 72, 24, false, RELU, 2),
          new Block(3, 88, 24, false, RELU, 1),
          new Block(5, 96, 40, true, HARD_SWISH, 2),
          new Block(5, 240, 40, true, HARD_SWISH, 1),
          new Block(5, 240, 40, true, HARD_SWISH, 1),
          new Block(5, 120, 48, true, HARD_SWISH, 1),
          new Block(5, 144, 48, true, HARD_SWISH, 1),
          new Block(5, 288, 96, true, HARD_SWISH, 2),
          new Block(5, 576, 96, true, HARD_SWISH, 1),
          new Block(5, 576, 96, true, HARD_SWISH, 1));

  /// Slope 0.2, not the sixth that the reference has elsewhere.
  private static final Op GATE = new Elementwise.HardSigmoid(0.2, 0.5);

  private static Value normalize(Scope scope, Value x, Convolution conv) {
    return Layers.batchNorm(scope.child("bn"), conv.apply(scope.child("conv"), x), 1, 0);
  }

  private static Value convolve(Scope scope, Value x, Convolution conv, Function act) {
    return Layers.activate(scope.child("act"), normalize(scope, x, conv), act);
  }

  private Value block(Scope scope, Value x, Block block) {
    int wide = scaled(block.wide);
    int out = scaled(block.out);
    Value y = convolve(scope.child("expand_conv"), x, Convolution.of(wide, 1), block.act);
    var depthwise = Convolution.depthwise(wide, block.kernel).stride(block.stride);
    y = convolve(scope.child("bottleneck_conv"), y, depthwise, block.act);
    if (block.gated) {
      y = SqueezeExcite.of(y.shape().size(1), GATE).apply(scope.child("mid_se"), y);
    }
    y = normalize(scope.child("linear_conv"), y, Convolution.of(out, 1));
    return block.stride == 1 && x.shape().size(1) == out ? Layers.add(scope, x, y) : y;
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    var first = Convolution.of(scaled(stem), 3).stride(2);
    Value x = convolve(scope.child("conv"), image, first, HARD_SWISH);
    List<Block> blocks = large ? LARGE : SMALL;
    var stages = new ArrayList<Stage>();
    int stride = 2;
    for (int i = 0; i < blocks.size(); i++) {
      x = block(scope.child("blocks").child(i), x, blocks.get(i));
      stride *= blocks.get(i).stride;
      if (i + 1 == blocks.size() || blocks.get(i + 1).stride > 1) {
        stages.add(Stage.of("blocks[" + i + "]", x, stride));
      }
    }
    var second = Convolution.of(scaled(large ? 960 : 576), 1);
    x = convolve(scope.child("last_second_conv"), x, second, HARD_SWISH);
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    x = Convolution.of(expand, 1).apply(scope.child("last_conv"), x); // [N, D, 1, 1]
    x = Layers.activate(scope.child("hardswish"), x, HARD_SWISH);
    x = Layers.dropout(scope.child("dropout"), x, dropout, true);
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, Layers.linear(scope.child("fc"), x, classes));
  }

  private int scaled(int channels) {
    return Layers.divisible(channels * scale);
  }

  /// Small and large in all widths.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(false, true)
        .flatMap(large ->
            Stream.of("0_35", "0_5", "0_75", "1_0", "1_25").map(width -> variant(large, width)));
  }

  private static NamedBackbone variant(boolean large, String width) {
    String name = "MobileNetV3_" + (large ? "large" : "small") + "_x" + width;
    double scale = Double.parseDouble(width.replace('_', '.'));
    return new NamedBackbone(
        ModelCard.paddleClas(name, "MobileNetV3", "1905.02244", "legendary_models/mobilenet_v3.py"),
        args ->
            new MobileNetV3(
                large,
                scale,
                args.classes(),
                args.integer("inplanes", 16, 1),
                args.integer("class_expand", 1280, 1),
                args.probability("dropout_prob", 0.2)));
  }
}
