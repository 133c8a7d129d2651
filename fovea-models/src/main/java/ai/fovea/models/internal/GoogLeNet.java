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
import java.util.List;
import java.util.stream.Stream;

/// GoogLeNet (Szegedy et al. 2014), with its two side classifiers as outputs `logits1` and `logits2`.
///
/// As in the reference, convolutions have no bias, and only the joined output of an inception is rectified.
public record GoogLeNet(int classes) implements Backbone {

  /// Channels of an inception's four branches, with those of the 1x1 convolutions before the 3x3 and the 5x5.
  private record Inception(int one, int before3, int three, int before5, int five, int pooled) {
    Value build(Scope scope, Value x) {
      Value a = convolve(scope.child("_conv1"), x, Convolution.of(one, 1));
      Value b = convolve(scope.child("_conv3r"), x, Convolution.of(before3, 1));
      b = convolve(scope.child("_conv3"), b, Convolution.of(three, 3));
      Value c = convolve(scope.child("_conv5r"), x, Convolution.of(before5, 1));
      c = convolve(scope.child("_conv5"), c, Convolution.of(five, 5));
      Value d = Layers.maxPool(scope.child("_pool"), x, 3, Size.of(1), 1);
      d = convolve(scope.child("_convprj"), d, Convolution.of(pooled, 1));
      Value all = scope.apply(new Movement.Concat(1), a, b, c, d);
      return Layers.activate(scope, all, Function.RELU);
    }
  }

  private static Value convolve(Scope scope, Value x, Convolution conv) {
    return conv.apply(scope.child("_conv"), x);
  }

  private static Value halve(Scope scope, Value x) {
    return Layers.maxPool(scope.child("_pool"), x, 3, Size.of(2), 0);
  }

  /// Uniform with variance `1 / in`.
  private static Init uniform(int in) {
    double limit = Math.sqrt(3.0 / in);
    return new Init.Uniform(-limit, limit);
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Value x = convolve(scope.child("_conv"), image, Convolution.of(64, 7).stride(2));
    x = halve(scope, x);
    x = convolve(scope.child("_conv_1"), x, Convolution.of(64, 1));
    x = convolve(scope.child("_conv_2"), x, Convolution.of(192, 3));
    x = halve(scope, x);
    x = new Inception(64, 96, 128, 16, 32, 32).build(scope.child("_ince3a"), x);
    x = new Inception(128, 128, 192, 32, 96, 64).build(scope.child("_ince3b"), x);
    final Stage eighth = Stage.of("_ince3b", x, 8);
    x = halve(scope, x);
    x = new Inception(192, 96, 208, 16, 48, 64).build(scope.child("_ince4a"), x);
    final Value first = x; // [N, 512, H/16, W/16]
    x = new Inception(160, 112, 224, 24, 64, 64).build(scope.child("_ince4b"), x);
    x = new Inception(128, 128, 256, 24, 64, 64).build(scope.child("_ince4c"), x);
    x = new Inception(112, 144, 288, 32, 64, 64).build(scope.child("_ince4d"), x);
    final Value second = x; // [N, 528, H/16, W/16]
    x = new Inception(256, 160, 320, 32, 128, 128).build(scope.child("_ince4e"), x);
    final Stage sixteenth = Stage.of("_ince4e", x, 16);
    x = halve(scope, x);
    x = new Inception(256, 160, 320, 32, 128, 128).build(scope.child("_ince5a"), x);
    x = new Inception(384, 192, 384, 48, 128, 128).build(scope.child("_ince5b"), x);
    final Stage last = Stage.of("_ince5b", x, 32);
    x = Layers.globalMean(scope.child("_pool_5"), x); // [N, 1024, 1, 1]
    x = Layers.dropout(scope.child("_drop"), x, 0.4, true);
    x = Layers.flatten(scope.child("flatten"), x); // [N, 1024]

    Value logits = Layers.linear(scope.child("_fc_out"), x, classes, uniform(1024)); // [N, K]
    return new BackboneOutput(List.of(eighth, sixteenth, last), x, logits)
        .with("logits1", side(scope, first, 1))
        .with("logits2", side(scope, second, 2));
  }

  private Value side(Scope scope, Value x, int index) {
    String number = "o" + index;
    var pool = new Pooling.AvgPool(Size.of(5), Size.of(3), Pads.NONE, false, false);
    Value y = scope.child("_pool_" + number).apply(pool, x);
    y = convolve(scope.child("_conv_" + number), y, Convolution.of(128, 1));
    y = Layers.flatten(scope.child("_flatten_" + number), y); // [N, 2048] of an image of 256
    y = Layers.linear(scope.child("_fc_" + number), y, 1024, uniform(2048)); // [N, 1024]
    // The reference rectifies the first side classifier only.
    y = index == 1 ? Layers.activate(scope.child("_relu_" + number), y, Function.RELU) : y;
    y = Layers.dropout(scope.child("_drop_" + number), y, 0.7, true);
    return Layers.linear(scope.child("_out" + index), y, classes, uniform(1024)); // [N, K]
  }

  /// The one size.
  public static Stream<NamedBackbone> variants() {
    var card =
        ModelCard.paddleClas("GoogLeNet", "GoogLeNet", "1409.4842", "model_zoo/googlenet.py");
    return Stream.of(
        new NamedBackbone(
            card,
            args -> {
              args.word("data_format", "NCHW", "NCHW", "NHWC");
              return new GoogLeNet(args.classes());
            }));
  }
}
