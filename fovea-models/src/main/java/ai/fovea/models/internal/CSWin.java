package ai.fovea.models.internal;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Reduction;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
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
import ai.fovea.models.blocks.Transformers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// CSWin Transformer (Dong et al. 2022): half of the heads attend within upright strips, the others within level ones,
/// which together make a cross.
public record CSWin(Net net, int classes, Transformers.Drops drops) implements Backbone {
  private static final double EPSILON = 1e-5;

  /// @param strips widths of the strips in each stage but the last, in which all attend to all
  record Net(int dim, List<Integer> depths, List<Integer> heads, List<Integer> strips) {}

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Scope embed = scope.child("patch_embedding");
    var first = Convolution.of(net.dim, 7).stride(4).padding(2).withBias();
    Value map = first.apply(embed.child("patch_embed"), image); // [N, C, H/4, W/4]
    Value x = Layers.layerNorm(embed.child("norm"), Transformers.tokens(embed, map), EPSILON);
    var stages = new ArrayList<Stage>();
    int last = net.depths.size() - 1;
    int all = net.depths.stream().mapToInt(d -> d).sum();
    int done = 0;
    for (int s = 0; s <= last; s++) {
      Scope stage = scope.child("stages").child(s);
      Size grid = new Size(map.shape().size(2), map.shape().size(3));
      List<Size> windows = s == last ? List.of(grid) : strips(grid, net.strips.get(s));
      for (int b = 0; b < net.depths.get(s); b++) {
        Scope at = stage.child("blocks").child(b);
        x = block(at, x, grid, windows, net.heads.get(s), drops.at(done++, all));
      }
      Scope merge = stage.child("merge");
      map = Transformers.map(merge, x, grid.h()); // [N, C, H, W]
      stages.add(Stage.of("stages[" + s + "]", map, 4 << s));
      if (s < last) {
        var half = Convolution.of(2 * map.shape().size(1), 3).stride(2).withBias();
        map = half.apply(merge.child("conv"), map); // [N, 2C, H/2, W/2]
        x = Layers.layerNorm(merge.child("norm"), Transformers.tokens(merge, map), EPSILON);
      }
    }
    x = Layers.layerNorm(scope.child("norm"), x, EPSILON); // [N, L, C]
    x = scope.child("mean").apply(new Reduction.Mean(List.of(1), false), x); // [N, C]
    return new BackboneOutput(
        stages, x, Transformers.linear(scope.child("head"), x, classes, true));
  }

  /// The upright strips and the level ones of a map.
  private static List<Size> strips(Size grid, int width) {
    if (grid.h() % width != 0 || grid.w() % width != 0) {
      throw new ModelException(
          "a map of "
              + grid.h()
              + " by "
              + grid.w()
              + " places can't be cut into strips "
              + width
              + " wide: images must have another size");
    }
    return List.of(new Size(grid.h(), width), new Size(width, grid.w()));
  }

  private static Value block(
      Scope scope, Value x, Size grid, List<Size> windows, int heads, Transformers.Drops drops) {
    int dim = x.shape().size(2);
    Value y = Layers.layerNorm(scope.child("norm1"), x, EPSILON);
    Value qkv = Transformers.linear(scope.child("qkv"), y, 3 * dim, true); // [N, L, 3C]
    qkv = scope.apply(new Movement.Reshape(Shape.batch(grid.h(), grid.w(), 3 * dim)), qkv);
    int width = dim / windows.size();
    var branches = new ArrayList<Value>();
    for (int i = 0; i < windows.size(); i++) {
      Scope at = scope.child("attns").child(i);
      var parts = new ArrayList<Value>();
      for (int p = 0; p < 3; p++) {
        int start = p * dim + i * width;
        Value part = scope.apply(new Movement.Slice(3, start, start + width, 1), qkv);
        parts.add(Transformers.windows(at, part, windows.get(i))); // [k N, L', C']
      }
      y = attention(at, parts, windows.get(i), heads / windows.size(), drops.attention());
      branches.add(Transformers.joinWindows(at, y, windows.get(i), grid)); // [N, H, W, C']
    }
    y = branches.size() == 1 ? y : scope.apply(new Movement.Concat(3), branches, List.of());
    y = scope.apply(new Movement.Reshape(x.shape()), y); // [N, L, C]
    y = Transformers.linear(scope.child("proj"), y, dim, true);
    Value mid = Transformers.residual(scope, x, y, drops.path());
    y = Layers.layerNorm(scope.child("norm2"), mid, EPSILON);
    y = Transformers.mlp(scope.child("mlp"), y, 4 * dim, drops.rate());
    return Transformers.residual(scope, mid, y, drops.path());
  }

  /// Attention within windows. Where a token lies enters by a depthwise convolution of the values, which sees no
  /// further than its window.
  ///
  /// @param parts queries, keys and values, each `[k N, L, C]`
  private static Value attention(
      Scope scope, List<Value> parts, Size window, int heads, double drop) {
    Value values = Transformers.map(scope, parts.get(2), window.h()); // [k N, C, h, w]
    int dim = values.shape().size(1);
    Value places = Convolution.depthwise(dim, 3).withBias().apply(scope.child("get_v"), values);
    var dealt = parts.stream().map(p -> Transformers.heads(scope, p, heads)).toList();
    double scale = 1 / Math.sqrt(Math.floorDiv(dim, heads));
    Value y = Transformers.attend(scope, dealt, scale, drop, Transformers.Bias.NONE);
    return Layers.add(scope, y, Transformers.tokens(scope, places)); // [k N, L, C]
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    var deep = List.of(2, 4, 32, 2);
    var narrow = List.of(1, 2, 7);
    var wide = List.of(1, 2, 12);
    var small = List.of(2, 4, 8, 16);
    var base = List.of(4, 8, 16, 32);
    var large = List.of(6, 12, 24, 24);
    return Stream.of(
        variant("tiny_224", new Net(64, List.of(1, 2, 21, 1), small, narrow), 0.2),
        variant("small_224", new Net(64, deep, small, narrow), 0.4),
        variant("base_224", new Net(96, deep, base, narrow), 0.5),
        variant("large_224", new Net(144, deep, large, narrow), 0.5),
        variant("base_384", new Net(96, deep, base, wide), 0.5),
        variant("large_384", new Net(144, deep, large, wide), 0.5));
  }

  private static NamedBackbone variant(String kind, Net net, double path) {
    boolean fine = kind.endsWith("384");
    return new NamedBackbone(
        ModelCard.paddleClas(
                "CSWinTransformer_" + kind,
                "CSWinTransformer",
                "2107.00652",
                "model_zoo/cswin_transformer.py")
            .prepared(
                ImagePreparation.imageNet(
                    fine ? 384 : 224, fine ? 384 : 248, Interpolation.BICUBIC)),
        args ->
            new CSWin(
                net,
                args.classes(),
                new Transformers.Drops(
                    args.probability("dropout", 0),
                    args.probability("attention_dropout", 0),
                    path)));
  }
}
