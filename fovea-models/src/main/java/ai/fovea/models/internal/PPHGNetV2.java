package ai.fovea.models.internal;

import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Pooling;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// PP-HGNetV2, published as the backbone of RT-DETR (Zhao et al. 2023): blocks that join what each of their layers
/// yields, as in VoVNet (Lee et al. 2019), in the last two stages with depthwise convolutions.
///
/// @param expand channels of the last convolution; 0 for none
/// @param rates factors on the learning rate of the stem and of each stage
public record PPHGNetV2(Net net, int classes, int expand, double dropout, List<Double> rates)
    implements Backbone {

  /// @param middle channels within the stem
  /// @param stem channels that the stem yields
  /// @param layers in each block
  /// @param counts blocks in each stage
  /// @param widths channels of each layer of a stage
  /// @param outs channels that the blocks of a stage yield
  /// @param affine whether activations are followed by a learned scale and offset
  record Net(
      int middle,
      int stem,
      int layers,
      List<Integer> counts,
      List<Integer> widths,
      List<Integer> outs,
      boolean affine) {}

  /// A part of the network in which one factor on the learning rate holds.
  private record Part(double rate, boolean affine) {
    Value normalize(Scope scope, Value x, Convolution conv) {
      Value y = conv.init(Init.KAIMING_NORMAL).rate(rate).apply(scope.child("conv"), x);
      return Layers.batchNorm(scope.child("bn"), y, rate, 0);
    }

    Value convolve(Scope scope, Value x, Convolution conv) {
      return activate(scope, normalize(scope, x, conv));
    }

    Value activate(Scope scope, Value x) {
      Value y = Layers.activate(scope.child("act"), x, Function.RELU);
      if (!affine) {
        return y;
      }
      Scope at = scope.child("lab");
      // The reference lets scale and offset learn a hundred times slower than the rest.
      Param scale = at.param(Layers.trained("scale", Init.ONES, 0.01 * rate, 1));
      Param offset = at.param(Layers.trained("bias", Init.ZEROS, 0.01 * rate, 1));
      y = at.apply(new Elementwise.Binary(Arithmetic.MULTIPLY), at.read(scale), y);
      return Layers.add(at, y, at.read(offset));
    }
  }

  private Part part(int index) {
    return new Part(rates.get(index), net.affine);
  }

  /// Two branches at half the size, one of convolutions and one of a maximum, then a quarter of the size.
  private Value stem(Scope scope, Value image) {
    Part part = part(0);
    int middle = net.middle;
    Value x = part.convolve(scope.child("stem1"), image, Convolution.of(middle, 3).stride(2));
    var narrow = Convolution.of(middle / 2, 2).same(true);
    Value y = part.convolve(scope.child("stem2a"), x, narrow);
    y = part.convolve(scope.child("stem2b"), y, Convolution.of(middle, 2).same(true));
    var pads = new Pads(0, 0, 1, 1);
    var pool = new Pooling.MaxPool(Size.of(2), Size.of(1), pads, false);
    x = scope.apply(new Movement.Concat(1), scope.child("pool").apply(pool, x), y);
    x = part.convolve(scope.child("stem3"), x, Convolution.of(middle, 3).stride(2));
    return part.convolve(scope.child("stem4"), x, Convolution.of(net.stem, 1)); // [N, C, H/4, W/4]
  }

  /// A chain of layers; what comes in and what each of them yields is joined and mixed.
  private Value block(Scope scope, Value x, int stage) {
    Part part = part(stage + 1);
    int width = net.widths.get(stage);
    int out = net.outs.get(stage);
    var all = new ArrayList<Value>(List.of(x));
    for (int l = 0; l < net.layers; l++) {
      Scope at = scope.child("layers").child(l);
      Value y = all.getLast();
      if (stage < 2) {
        y = part.convolve(at, y, Convolution.of(width, 3));
      } else {
        y = part.normalize(at.child("conv1"), y, Convolution.of(width, 1));
        y = part.convolve(at.child("conv2"), y, Convolution.depthwise(width, 5));
      }
      all.add(y);
    }
    Value y = scope.apply(new Movement.Concat(1), all, List.of());
    y = part.convolve(scope.child("aggregation_squeeze_conv"), y, Convolution.of(out / 2, 1));
    return part.convolve(scope.child("aggregation_excitation_conv"), y, Convolution.of(out, 1));
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = stem(scope.child("stem"), image);
    var stages = new ArrayList<Stage>();
    for (int s = 0; s < net.counts.size(); s++) {
      Scope at = scope.child("stages").child(s);
      if (s > 0) {
        var half = Convolution.depthwise(x.shape().size(1), 3).stride(2);
        x = part(s + 1).normalize(at.child("downsample"), x, half);
      }
      for (int b = 0; b < net.counts.get(s); b++) {
        Scope each = at.child("blocks").child(b);
        Value y = block(each, x, s);
        x = b == 0 ? y : Layers.add(each, y, x);
      }
      stages.add(Stage.of("stages[" + s + "]", x, 4 << s));
    }
    x = Layers.globalMean(scope.child("avg_pool"), x); // [N, C, 1, 1]
    if (expand > 0) {
      var last = Convolution.of(expand, 1).init(Init.KAIMING_NORMAL);
      x = last.apply(scope.child("last_conv"), x); // [N, D, 1, 1]
      x = new Part(1, net.affine).activate(scope, x);
      x = Layers.dropout(scope.child("dropout"), x, dropout, true);
    }
    x = Layers.flatten(scope.child("flatten"), x); // [N, D]
    return new BackboneOutput(stages, x, Layers.linear(scope.child("fc"), x, classes));
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    var once = List.of(1, 1, 2, 1);
    var more = List.of(1, 1, 3, 1);
    var wide = List.of(128, 512, 1024, 2048);
    var small = List.of(64, 256, 512, 1024);
    return Stream.of(
        variant("B0", new Net(16, 16, 3, once, List.of(16, 32, 64, 128), small, true)),
        variant("B1", new Net(24, 32, 3, once, List.of(32, 48, 96, 192), small, true)),
        variant(
            "B2",
            new Net(24, 32, 4, more, List.of(32, 64, 128, 256), List.of(96, 384, 768, 1536), true)),
        variant("B3", new Net(24, 32, 5, more, List.of(32, 64, 128, 256), wide, true)),
        variant("B4", new Net(32, 48, 6, more, List.of(48, 96, 192, 384), wide, false)),
        variant(
            "B5", new Net(32, 64, 6, List.of(1, 2, 5, 2), List.of(64, 128, 256, 512), wide, false)),
        variant(
            "B6",
            new Net(
                48,
                96,
                6,
                List.of(2, 3, 6, 3),
                List.of(96, 192, 384, 768),
                List.of(192, 512, 1024, 2048),
                false)));
  }

  private static NamedBackbone variant(String size, Net net) {
    return new NamedBackbone(
        ModelCard.paddleClas(
                "PPHGNetV2_" + size, "PPHGNetV2", "2304.08069", "legendary_models/pp_hgnet_v2.py")
            .prepared(ImagePreparation.imageNet(224, 232, Interpolation.BICUBIC))
            .distilled(),
        args -> {
          int expand = args.integer("class_expand", 2048, 1);
          return new PPHGNetV2(
              net,
              args.classes(),
              args.flag("use_last_conv", true) ? expand : 0,
              args.probability("dropout_prob", 0),
              args.factors("lr_mult_list", 1 + net.counts.size()));
        });
  }
}
