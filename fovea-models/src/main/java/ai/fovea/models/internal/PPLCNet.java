package ai.fovea.models.internal;

import ai.fovea.config.Range;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Op;
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
import ai.fovea.models.blocks.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// PP-LCNet (Cui et al. 2021): depthwise separable blocks for CPUs, with large kernels and squeeze-excite only at
/// the end, and a wide 1x1 convolution after the pooling.
///
/// @param scale factor on all channels
/// @param strides of the first convolution and of the stages `blocks3` to `blocks6`
/// @param rates factor on the learning rate of the first convolution and of the stages `blocks2` to `blocks6`
/// @param expand channels of the last convolution; 0 for none
/// @param tanh whether the logits go through tanh, which makes them a hash code
public record PPLCNet(
    double scale,
    int classes,
    List<Size> strides,
    List<Double> rates,
    int expand,
    double dropout,
    Function act,
    boolean tanh)
    implements Backbone {

  private record Block(int kernel, int out, boolean gated) {}

  private static final List<List<Block>> STAGES =
      List.of(
          List.of(new Block(3, 32, false)),
          List.of(new Block(3, 64, false), new Block(3, 64, false)),
          List.of(new Block(3, 128, false), new Block(3, 128, false)),
          List.of(
              new Block(3, 256, false),
              new Block(5, 256, false),
              new Block(5, 256, false),
              new Block(5, 256, false),
              new Block(5, 256, false),
              new Block(5, 256, false)),
          List.of(new Block(5, 512, true), new Block(5, 512, true)));

  private static final Op GATE = new Elementwise.HardSigmoid(1.0 / 6, 0.5);

  private Value convolve(Scope scope, Value x, Convolution conv, double rate) {
    Value y = conv.init(Init.KAIMING_NORMAL).rate(rate).apply(scope.child("conv"), x);
    y = Layers.batchNorm(scope.child("bn"), y, rate, 0);
    return Layers.activate(scope.child("act"), y, act);
  }

  private Value block(Scope scope, Value x, Block block, Size stride, double rate) {
    var depthwise = Convolution.depthwise(x.shape().size(1), block.kernel).stride(stride);
    Value y = convolve(scope.child("dw_conv"), x, depthwise, rate);
    if (block.gated) {
      y = SqueezeExcite.of(y.shape().size(1), GATE).rate(rate).apply(scope.child("se"), y);
    }
    return convolve(scope.child("pw_conv"), y, Convolution.of(scaled(block.out), 1), rate);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    var stem = Convolution.of(scaled(16), 3).stride(strides.get(0));
    Value x = convolve(scope.child("conv1"), image, stem, rates.get(0));
    var stages = new ArrayList<Stage>();
    Size total = strides.get(0);
    for (int s = 0; s < STAGES.size(); s++) {
      Scope at = scope.child("blocks" + (s + 2));
      for (int b = 0; b < STAGES.get(s).size(); b++) {
        Size stride = s > 0 && b == 0 ? strides.get(s) : Size.of(1);
        x = block(at.child(b), x, STAGES.get(s).get(b), stride, rates.get(s + 1));
      }
      total = s > 0 ? total.times(strides.get(s)) : total;
      stages.add(new Stage("blocks" + (s + 2), x, total));
    }
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    if (expand > 0) {
      x = Convolution.of(expand, 1).apply(scope.child("last_conv"), x); // [N, D, 1, 1]
      x = Layers.activate(scope.child("act"), x, act);
      x = Layers.dropout(scope.child("dropout"), x, dropout, true);
    }
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    Scope fc = scope.child("fc");
    Value logits = Layers.linear(tanh ? fc.child("origin_layer") : fc, x, classes); // [N, K]
    return new BackboneOutput(
        stages, x, tanh ? Layers.activate(fc, logits, Function.TANH) : logits);
  }

  private int scaled(int channels) {
    return Layers.divisible(channels * scale);
  }

  /// The widths.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        variant("PPLCNet_x0_25", 0.25, false),
        variant("PPLCNet_x0_35", 0.35, false),
        variant("PPLCNet_x0_5", 0.5, false),
        variant("PPLCNet_x0_75", 0.75, false),
        variant("PPLCNet_x1_0", 1, false),
        variant("PPLCNet_x1_5", 1.5, false),
        variant("PPLCNet_x2_0", 2, false),
        variant("PPLCNet_x2_5", 2.5, false),
        variant("PPLCNet_x2_5_Tanh", 2.5, true),
        variant("PPLCNetBaseNet", 0, false));
  }

  private static NamedBackbone variant(String name, double scale, boolean tanh) {
    var card = ModelCard.paddleClas(name, "PPLCNet", "2109.15099", "legendary_models/pp_lcnet.py");
    return new NamedBackbone(
        tanh || scale == 0 ? card.withoutWeights() : card,
        args -> {
          int expand = args.integer("class_expand", 1280, 1);
          return new PPLCNet(
              scale > 0 ? scale : args.number("scale", 1, Range.above(0)),
              args.classes(),
              args.strides("stride_list", 5),
              args.factors("lr_mult_list", 6),
              args.flag("use_last_conv", true) ? expand : 0,
              args.probability("dropout_prob", 0.2),
              Layers.function(args.word("act", "hardswish", "hardswish", "relu", "relu6")),
              tanh);
        });
  }
}
