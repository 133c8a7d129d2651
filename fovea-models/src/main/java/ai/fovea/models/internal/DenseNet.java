package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
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
import java.util.stream.Stream;

/// DenseNet (Huang et al. 2017): each layer sees what all layers before it in its block yielded.
///
/// @param stem channels of the first convolution
/// @param growth channels that each layer adds
/// @param depths layers in each of the four blocks
/// @param bottleneck channels inside a layer, as a multiple of `growth`
/// @param dropout of what a layer adds
public record DenseNet(
    int stem, int growth, List<Integer> depths, int bottleneck, double dropout, int classes)
    implements Backbone {

  /// Normalisation and activation before the convolution.
  private static Value convolve(Scope scope, Value x, int out, int kernel) {
    Value y = Layers.batchNorm(scope.child("_batch_norm"), x);
    y = Layers.activate(scope.child("relu"), y, Function.RELU);
    return Convolution.of(out, kernel).apply(scope.child("_conv"), y);
  }

  private Value layer(Scope scope, Value x) {
    Value y = convolve(scope.child("bn_ac_func1"), x, bottleneck * growth, 1);
    y = convolve(scope.child("bn_ac_func2"), y, growth, 3);
    y = Layers.dropout(scope.child("dropout_func"), y, dropout, true);
    return scope.apply(new Movement.Concat(1), x, y); // [N, C + growth, H, W]
  }

  /// Half the channels and half the size.
  private static Value transition(Scope scope, Value x) {
    Value y = convolve(scope.child("conv_ac_func"), x, x.shape().size(1) / 2, 1);
    return scope.apply(new Pooling.AvgPool(Size.of(2), Size.of(2), Pads.NONE, false, false), y);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Scope first = scope.child("conv1_func");
    Value x = Convolution.of(stem, 7).stride(2).apply(first.child("_conv"), image);
    x = Layers.batchNorm(first.child("_batch_norm"), x);
    x = Layers.activate(first.child("relu"), x, Function.RELU); // [N, stem, H/2, W/2]
    x = Layers.maxPool(scope.child("pool2d_max"), x, 3, Size.of(2), 1);
    var stages = new ArrayList<Stage>();
    for (int b = 0; b < depths.size(); b++) {
      int number = b + 2;
      for (int l = 1; l <= depths.get(b); l++) {
        x = layer(scope.child("db_conv_" + number).child("conv" + number + "_" + l), x);
      }
      stages.add(Stage.of("db_conv_" + number, x, 4 << b));
      if (b < depths.size() - 1) {
        x = transition(scope.child("tr_conv" + number + "_blk"), x);
      }
    }
    x = Layers.batchNorm(scope.child("batch_norm"), x);
    x = Layers.activate(scope.child("relu"), x, Function.RELU);
    x = Layers.globalMean(scope.child("pool2d_avg"), x); // [N, D, 1, 1]
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    double limit = 1 / Math.sqrt(x.shape().size(1));
    var init = new Init.Uniform(-limit, limit);
    return new BackboneOutput(stages, x, Layers.linear(scope.child("out"), x, classes, init));
  }

  /// The depths.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        variant("DenseNet121", 64, 32, List.of(6, 12, 24, 16)),
        variant("DenseNet161", 96, 48, List.of(6, 12, 36, 24)),
        variant("DenseNet169", 64, 32, List.of(6, 12, 32, 32)),
        variant("DenseNet201", 64, 32, List.of(6, 12, 48, 32)),
        variant("DenseNet264", 64, 32, List.of(6, 12, 64, 48)));
  }

  private static NamedBackbone variant(String name, int stem, int growth, List<Integer> depths) {
    return new NamedBackbone(
        ModelCard.paddleClas(name, "DenseNet", "1608.06993", "model_zoo/densenet.py"),
        args ->
            new DenseNet(
                stem,
                growth,
                depths,
                args.integer("bn_size", 4, 1),
                args.probability("dropout", 0),
                args.classes()));
  }
}
