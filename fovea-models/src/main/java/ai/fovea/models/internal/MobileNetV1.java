package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
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

/// MobileNet (Howard et al. 2017): thirteen pairs of a depthwise and a 1x1 convolution.
///
/// @param scale factor on all channels
public record MobileNetV1(double scale, int classes) implements Backbone {
  private record Block(int in, int out, int stride) {}

  private static final List<Block> BLOCKS =
      List.of(
          new Block(32, 64, 1),
          new Block(64, 128, 2),
          new Block(128, 128, 1),
          new Block(128, 256, 2),
          new Block(256, 256, 1),
          new Block(256, 512, 2),
          new Block(512, 512, 1),
          new Block(512, 512, 1),
          new Block(512, 512, 1),
          new Block(512, 512, 1),
          new Block(512, 512, 1),
          new Block(512, 1024, 2),
          new Block(1024, 1024, 1));

  private static Value convolve(Scope scope, Value x, Convolution conv) {
    Value y = conv.init(Init.KAIMING_NORMAL).apply(scope.child("conv"), x);
    y = Layers.batchNorm(scope.child("bn"), y);
    return Layers.activate(scope.child("relu"), y, Function.RELU);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = convolve(scope.child("conv"), image, Convolution.of(scaled(32), 3).stride(2));
    var stages = new ArrayList<Stage>();
    int stride = 2;
    for (int i = 0; i < BLOCKS.size(); i++) {
      Block block = BLOCKS.get(i);
      Scope at = scope.child("blocks").child(i);
      var depthwise = Convolution.depthwise(scaled(block.in), 3).stride(block.stride);
      x = convolve(at.child("depthwise_conv"), x, depthwise);
      x = convolve(at.child("pointwise_conv"), x, Convolution.of(scaled(block.out), 1));
      stride *= block.stride;
      if (i + 1 == BLOCKS.size() || BLOCKS.get(i + 1).stride > 1) {
        stages.add(Stage.of("blocks[" + i + "]", x, stride));
      }
    }
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(
        stages, x, Layers.linear(scope.child("fc"), x, classes, Init.KAIMING_NORMAL));
  }

  private int scaled(int channels) {
    return (int) (channels * scale);
  }

  /// The widths.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        variant("MobileNetV1_x0_25", 0.25),
        variant("MobileNetV1_x0_5", 0.5),
        variant("MobileNetV1_x0_75", 0.75),
        variant("MobileNetV1", 1));
  }

  private static NamedBackbone variant(String name, double scale) {
    return new NamedBackbone(
        ModelCard.paddleClas(name, "MobileNetV1", "1704.04861", "legendary_models/mobilenet_v1.py"),
        args -> new MobileNetV1(scale, args.classes()));
  }
}
