package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise.Function;
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
import java.util.stream.Stream;

/// MobileNetV2 (Sandler et al. 2018): inverted residuals with linear bottlenecks.
///
/// @param scale factor on all channels
/// @param same whether 3x3 convolutions pad as TensorFlow does (SAME), for weights that were trained there; the
///     parameters are the same
public record MobileNetV2(double scale, int classes, boolean same) implements Backbone {
  private record Blocks(int expansion, int out, int blocks, int stride) {}

  private static final List<Blocks> STAGES =
      List.of(
          new Blocks(1, 16, 1, 1),
          new Blocks(6, 24, 2, 2),
          new Blocks(6, 32, 3, 2),
          new Blocks(6, 64, 4, 2),
          new Blocks(6, 96, 3, 1),
          new Blocks(6, 160, 3, 2),
          new Blocks(6, 320, 1, 1));

  private Value convolve(Scope scope, Value x, Convolution conv, boolean activate) {
    Value y = conv.same(same).apply(scope.child("_conv"), x);
    y = Layers.batchNorm(scope.child("_batch_norm"), y);
    return activate ? Layers.activate(scope, y, Function.RELU6) : y;
  }

  private Value block(Scope scope, Value x, int expansion, int out, int stride) {
    int wide = x.shape().size(1) * expansion;
    Value y = convolve(scope.child("_expand_conv"), x, Convolution.of(wide, 1), true);
    var depthwise = Convolution.depthwise(wide, 3).stride(stride);
    y = convolve(scope.child("_bottleneck_conv"), y, depthwise, true);
    return convolve(scope.child("_linear_conv"), y, Convolution.of(out, 1), false);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    var stem = Convolution.of((int) (32 * scale), 3).stride(2);
    Value x = convolve(scope.child("conv1"), image, stem, true);
    var stages = new ArrayList<Stage>();
    int stride = 2;
    for (int i = 0; i < STAGES.size(); i++) {
      Blocks stage = STAGES.get(i);
      String name = "conv" + (i + 2);
      Scope at = scope.child(name);
      int out = (int) (stage.out * scale);
      x = block(at.child("_first_block"), x, stage.expansion, out, stage.stride);
      for (int b = 2; b <= stage.blocks; b++) {
        Scope inner = at.child(name + "_" + b);
        x = Layers.add(inner, x, block(inner, x, stage.expansion, out, 1));
      }
      stride *= stage.stride;
      if (i + 1 == STAGES.size() || STAGES.get(i + 1).stride > 1) {
        stages.add(Stage.of(name, x, stride));
      }
    }
    var last = Convolution.of(scale > 1 ? (int) (1280 * scale) : 1280, 1);
    x = convolve(scope.child("conv9"), x, last, true);
    x = Layers.globalMean(scope.child("pool2d_avg"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, Layers.linear(scope.child("out"), x, classes));
  }

  /// The widths.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        variant("MobileNetV2_x0_25", 0.25),
        variant("MobileNetV2_x0_5", 0.5),
        variant("MobileNetV2_x0_75", 0.75),
        variant("MobileNetV2", 1),
        variant("MobileNetV2_x1_5", 1.5),
        variant("MobileNetV2_x2_0", 2));
  }

  private static NamedBackbone variant(String name, double scale) {
    return new NamedBackbone(
        ModelCard.paddleClas(name, "MobileNetV2", "1801.04381", "model_zoo/mobilenet_v2.py"),
        args -> {
          args.word("data_format", "NCHW", "NCHW", "NHWC");
          boolean same = args.word("padding", "SYMMETRIC", "SYMMETRIC", "SAME").equals("SAME");
          return new MobileNetV2(scale, args.classes(), same);
        });
  }
}
