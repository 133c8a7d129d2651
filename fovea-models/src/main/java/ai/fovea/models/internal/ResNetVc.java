package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Op.Size;
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

/// ResNet-50 in its `vc` version (He et al. 2018, "Bag of tricks"): three 3x3 convolutions at the start, plain
/// shortcuts. A file of its own because the reference names its parameters in another way.
public record ResNetVc(int classes) implements Backbone {
  private static final List<Integer> DEPTHS = List.of(3, 4, 6, 3);

  private static Value convolve(Scope scope, Value x, Convolution conv, boolean activate) {
    Value y = conv.apply(scope.child("_conv"), x);
    y = Layers.batchNorm(scope.child("_batch_norm"), y);
    return activate ? Layers.activate(scope, y, Function.RELU) : y;
  }

  private static Value block(Scope scope, Value x, int width, int stride, boolean change) {
    int out = width * 4;
    Value y = convolve(scope.child("conv0"), x, Convolution.of(width, 1), true);
    y = convolve(scope.child("conv1"), y, Convolution.of(width, 3).stride(stride), true);
    y = convolve(scope.child("conv2"), y, Convolution.of(out, 1), false);
    var shorten = Convolution.of(out, 1).stride(stride);
    Value along = change ? convolve(scope.child("short"), x, shorten, false) : x;
    return Layers.activate(scope, Layers.add(scope, along, y), Function.RELU);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = convolve(scope.child("conv1_1"), image, Convolution.of(32, 3).stride(2), true);
    x = convolve(scope.child("conv1_2"), x, Convolution.of(32, 3), true);
    x = convolve(scope.child("conv1_3"), x, Convolution.of(64, 3), true);
    x = Layers.maxPool(scope.child("pool2d_max"), x, 3, Size.of(2), 1); // [N, 64, H/4, W/4]
    var stages = new ArrayList<Stage>();
    for (int s = 0; s < DEPTHS.size(); s++) {
      for (int b = 0; b < DEPTHS.get(s); b++) {
        int stride = s > 0 && b == 0 ? 2 : 1;
        x = block(scope.child("bb_" + s + "_" + b), x, 64 << s, stride, b == 0);
      }
      stages.add(Stage.of("bb_" + s + "_" + (DEPTHS.get(s) - 1), x, 4 << s));
    }
    x = Layers.globalMean(scope.child("pool2d_avg"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    double limit = 1 / Math.sqrt(x.shape().size(1));
    var init = new Init.Uniform(-limit, limit);
    return new BackboneOutput(stages, x, Layers.linear(scope.child("out"), x, classes, init));
  }

  /// The one depth that the reference has.
  public static Stream<NamedBackbone> variants() {
    var card =
        ModelCard.paddleClas("ResNet50_vc", "ResNet", "1812.01187", "model_zoo/resnet_vc.py");
    return Stream.of(new NamedBackbone(card, args -> new ResNetVc(args.classes())));
  }
}
