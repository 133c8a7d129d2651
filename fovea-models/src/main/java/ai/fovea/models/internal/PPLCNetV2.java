package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
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

/// PP-LCNetV2: PP-LCNet with re-parameterised depthwise convolutions (after RepVGG, Ding et al. 2021), split 1x1
/// convolutions and shortcuts.
///
/// @param scale factor on all channels
/// @param depths blocks in each of the four stages
/// @param expand channels of the last convolution; 0 for none
/// @param shiTu the variant for retrieval: the last stage keeps its resolution, the last convolution has a bias and
///     no activation
public record PPLCNetV2(
    double scale, List<Integer> depths, int classes, double dropout, int expand, boolean shiTu)
    implements Backbone {

  private record Blocks(
      int in, int kernel, boolean split, boolean rep, boolean gated, boolean shortcut) {}

  private static final Blocks STEM = new Blocks(32, 3, false, false, false, false);
  private static final List<Blocks> STAGES =
      List.of(
          new Blocks(64, 3, false, false, false, false),
          new Blocks(128, 3, false, false, false, false),
          new Blocks(256, 5, true, true, true, false),
          new Blocks(512, 5, false, true, false, true));

  private static final Op GATE = new Elementwise.Unary(Function.SIGMOID);

  private static Value convolve(Scope scope, Value x, Convolution conv, boolean activate) {
    Value y = conv.init(Init.KAIMING_NORMAL).apply(scope.child("conv"), x);
    y = Layers.batchNorm(scope.child("bn"), y, 1, 0);
    return activate ? Layers.activate(scope.child("act"), y, Function.RELU) : y;
  }

  /// Parallel depthwise convolutions of falling kernel size, summed. The reference keeps the kernel that they fuse
  /// to, `dw_conv`, in its checkpoints from the start.
  private static Value branches(Scope scope, Value x, int kernel, int stride) {
    int channels = x.shape().size(1);
    Scope list = scope.child("dw_conv_list");
    Value sum = null;
    int i = 0;
    for (int k = kernel; k > 0 && (k > 1 || stride == 1); k -= 2) {
      var conv = Convolution.depthwise(channels, k).stride(stride);
      Value y = convolve(list.child(i++), x, conv, false);
      sum = sum == null ? y : Layers.add(scope, sum, y);
    }
    Value out =
        Layers.activate(scope.child("act"), java.util.Objects.requireNonNull(sum), Function.RELU);
    Convolution.depthwise(channels, kernel)
        .withBias()
        .unusedParameters(scope.child("dw_conv"), channels, out);
    return out;
  }

  private static Value block(Scope scope, Value x, Blocks stage, int out, int stride) {
    int in = x.shape().size(1);
    var depthwise = Convolution.depthwise(in, stage.kernel).stride(stride);
    Value y =
        stage.rep
            ? branches(scope, x, stage.kernel, stride)
            : convolve(scope.child("dw_conv"), x, depthwise, true);
    if (stage.gated) {
      y = SqueezeExcite.of(y.shape().size(1), GATE).apply(scope.child("se"), y);
    }
    if (stage.split) {
      y = convolve(scope.child("pw_conv_1"), y, Convolution.of(out / 2, 1), true);
      y = convolve(scope.child("pw_conv_2"), y, Convolution.of(out, 1), true);
    } else {
      y = convolve(scope.child("pw_conv"), y, Convolution.of(out, 1), true);
    }
    return stage.shortcut && stride == 1 && in == out ? Layers.add(scope, y, x) : y;
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Scope stem = scope.child("stem");
    Value x = convolve(stem.child(0), image, Convolution.of(scaled(32), 3).stride(2), true);
    x = block(stem.child(1), x, STEM, scaled(64), 1);
    var stages = new ArrayList<Stage>();
    int total = 2;
    for (int s = 0; s < STAGES.size(); s++) {
      Blocks stage = STAGES.get(s);
      // The retrieval variant makes its last stage anew with stride 1, but without the shortcut of
      // its first
      // block, which the widths forbid anyway.
      int stride = shiTu && s == 3 ? 1 : 2;
      for (int b = 0; b < depths.get(s); b++) {
        Scope at = scope.child("stages").child(s).child(b);
        x = block(at, x, stage, scaled(stage.in * 2), b == 0 ? stride : 1);
      }
      total *= stride;
      stages.add(Stage.of("stages[" + s + "]", x, total));
    }
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    if (expand > 0) {
      var last = Convolution.of(expand, 1);
      x = (shiTu ? last.withBias() : last).apply(scope.child("last_conv"), x); // [N, D, 1, 1]
      x = shiTu ? x : Layers.activate(scope.child("act"), x, Function.RELU);
      x = Layers.dropout(scope.child("dropout"), x, dropout, true);
    }
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, Layers.linear(scope.child("fc"), x, classes));
  }

  private int scaled(int channels) {
    return Layers.divisible(channels * scale);
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        variant("PPLCNetV2_small", 0.75, List.of(2, 2, 4, 2), false),
        variant("PPLCNetV2_base", 1, List.of(2, 2, 6, 2), false),
        variant("PPLCNetV2_large", 1.25, List.of(2, 2, 8, 2), false),
        variant("PPLCNetV2_base_ShiTu", 1, List.of(2, 2, 6, 2), true));
  }

  private static NamedBackbone variant(
      String name, double scale, List<Integer> depths, boolean shiTu) {
    var card =
        ModelCard.paddleClas(name, "PPLCNetV2", "2109.15099", "legendary_models/pp_lcnet_v2.py");
    return new NamedBackbone(
        shiTu ? card.withoutWeights() : card,
        args -> {
          int expand = args.integer("class_expand", 1280, 1);
          return new PPLCNetV2(
              scale,
              depths,
              args.classes(),
              args.probability("dropout_prob", 0.2),
              args.flag("use_last_conv", true) ? expand : 0,
              shiTu);
        });
  }
}
