package ai.fovea.models.internal;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.ImagePreparation;
import ai.fovea.models.ModelCard;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Stage;
import ai.fovea.models.blocks.Layers;
import ai.fovea.models.blocks.Transformers;
import java.util.List;
import java.util.stream.Stream;

/// Vision Transformer (Dosovitskiy et al. 2020): squares of the image as tokens, one class token in front.
///
/// The position table `pos_embed` `[1, 1 + L, C]` depends on the size of the image:
/// [ai.fovea.models.PositionTables] carries weights over to another.
///
/// @param size what the arguments say about it, which must be the image's; 0 for nothing
/// @param scale on the products of queries and keys
public record ViT(Net net, int classes, int size, double scale, Transformers.Drops drops)
    implements Backbone {

  /// @param ratio hidden channels of a block's linear layers, as a multiple of `dim`
  record Net(
      int patch, int dim, int depth, int heads, int ratio, boolean qkvBias, double epsilon) {}

  private Value block(Scope scope, Value x, Transformers.Drops drops) {
    Value y = Layers.layerNorm(scope.child("norm1"), x, net.epsilon);
    y =
        Transformers.attention(
            scope.child("attn"), y, net.heads, scale, net.qkvBias, drops, Transformers.Bias.NONE);
    Value mid = Transformers.residual(scope, x, y, drops.path()); // [N, L, C]
    y = Layers.layerNorm(scope.child("norm2"), mid, net.epsilon);
    y = Transformers.mlp(scope.child("mlp"), y, net.dim * net.ratio, drops.rate());
    return Transformers.residual(scope, mid, y, drops.path());
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Shape given = image.shape();
    if (given.size(2) % net.patch != 0 || given.size(3) % net.patch != 0) {
      throw new ModelException("images of " + given + " can't be cut into squares of " + net.patch);
    }
    if (size > 0 && (given.size(2) != size || given.size(3) != size)) {
      throw new ModelException("img_size is " + size + ", but images are " + given);
    }
    Value x = Transformers.patches(scope.child("patch_embed"), image, net.patch, net.dim);
    int length = x.shape().size(1) + 1;
    Param positions = scope.param("pos_embed", Shape.of(1, length, net.dim), Transformers.INIT);
    Param token = scope.param("cls_token", Shape.of(1, 1, net.dim), Transformers.INIT);
    Value front = scope.apply(new Movement.Expand(Shape.batch(1, net.dim)), scope.read(token));
    x = scope.apply(new Movement.Concat(1), front, x); // [N, 1 + L, C]
    x = Layers.add(scope, x, scope.read(positions));
    x = Layers.dropout(scope.child("pos_drop"), x, drops.rate(), false);
    for (int i = 0; i < net.depth; i++) {
      x = block(scope.child("blocks").child(i), x, drops.at(i, net.depth));
    }
    x = Layers.layerNorm(scope.child("norm"), x, net.epsilon); // [N, 1 + L, C]
    Value squares = scope.child("map").apply(new Movement.Slice(1, 1, length, 1), x); // [N, L, C]
    int high = given.size(2) / net.patch;
    Value map = Transformers.map(scope.child("map"), squares, high); // [N, C, H/P, W/P]
    var stages = List.of(Stage.of("map", map, net.patch));
    Scope last = scope.child("flatten");
    x = Layers.flatten(last, last.apply(new Movement.Slice(1, 0, 1, 1), x)); // [N, C]
    return new BackboneOutput(
        stages, x, Transformers.linear(scope.child("head"), x, classes, true));
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    return Stream.of(
        // The scale of the small network is that of a single head: a slip of its first authors,
        // kept since the
        // published weights were trained so.
        variant("small", 224, new Net(16, 768, 8, 8, 3, false, 1e-5), Math.sqrt(1.0 / 768)),
        base("base", 224, 16),
        base("base", 384, 16),
        base("base", 384, 32),
        large("large", 224, 16),
        large("large", 384, 16),
        large("large", 384, 32));
  }

  private static NamedBackbone base(String name, int size, int patch) {
    return variant(name, size, new Net(patch, 768, 12, 12, 4, true, 1e-6), 1 / Math.sqrt(64));
  }

  private static NamedBackbone large(String name, int size, int patch) {
    return variant(name, size, new Net(patch, 1024, 24, 16, 4, true, 1e-6), 1 / Math.sqrt(64));
  }

  private static NamedBackbone variant(String kind, int size, Net net, double scale) {
    String name = "ViT_" + kind + "_patch" + net.patch + "_" + size;
    return new NamedBackbone(
        ModelCard.paddleClas(name, "ViT", "2010.11929", "model_zoo/vision_transformer.py")
            .prepared(ImagePreparation.centred(size, Math.max(size, 256))),
        args ->
            new ViT(
                net,
                args.classes(),
                args.integer("img_size", 0, 0),
                scale,
                Transformers.Drops.of(args, 0)));
  }
}
