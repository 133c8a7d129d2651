package ai.fovea.models.internal;

import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
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
import ai.fovea.models.blocks.Layers;
import ai.fovea.models.blocks.Transformers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Swin Transformer (Liu et al. 2021): attention within windows that every other block shifts by half a window.
///
/// Where an image does not divide into windows, zeros are added at the bottom and right as the reference does,
/// which is a whole further window on the side that did divide.
public record Swin(Net net, int classes, Transformers.Drops drops) implements Backbone {
  private static final int PATCH = 4;
  private static final double EPSILON = 1e-5;

  record Net(int dim, List<Integer> depths, List<Integer> heads, int window) {}

  /// Height and width of a map of tokens.
  private record Grid(int h, int w) {
    boolean divides(int by) {
      return h % by == 0 && w % by == 0;
    }

    /// Enlarged so that `by` divides it.
    Grid filled(int by) {
      return divides(by) ? this : new Grid(h + by - h % by, w + by - w % by);
    }
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    Grid size = new Grid(image.shape().size(2), image.shape().size(3));
    Grid filled = size.filled(PATCH);
    Scope embed = scope.child("patch_embed");
    Value x = size.equals(filled) ? image : embed.apply(pad(size, filled), image);
    x = Transformers.patches(embed, x, PATCH, net.dim); // [N, L, C]
    x = Layers.layerNorm(embed.child("norm"), x, EPSILON);
    x = Layers.dropout(scope.child("pos_drop"), x, drops.rate(), false);
    Grid grid = new Grid(filled.h / PATCH, filled.w / PATCH);
    var stages = new ArrayList<Stage>();
    int done = 0;
    int all = net.depths.stream().mapToInt(d -> d).sum();
    for (int s = 0; s < net.depths.size(); s++) {
      Scope stage = scope.child("layers").child(s);
      for (int b = 0; b < net.depths.get(s); b++) {
        int shift = b % 2 == 0 ? 0 : net.window / 2;
        Scope at = stage.child("blocks").child(b);
        x = block(at, x, grid, net.heads.get(s), shift, drops.at(done++, all));
      }
      Value map = Transformers.map(scope.child("maps").child(s), x, grid.h); // [N, C, H, W]
      stages.add(Stage.of("maps[" + s + "]", map, PATCH << s));
      if (s < net.depths.size() - 1) {
        x = merge(stage.child("downsample"), x, grid); // [N, L/4, 2C]
        grid = new Grid((grid.h + 1) / 2, (grid.w + 1) / 2);
      }
    }
    x = Layers.layerNorm(scope.child("norm"), x, EPSILON); // [N, L, C]
    x = scope.child("avgpool").apply(new Reduction.Mean(List.of(1), false), x); // [N, C]
    x = Layers.flatten(scope.child("flatten"), x); // [N, C]
    return new BackboneOutput(
        stages, x, Transformers.linear(scope.child("head"), x, classes, true));
  }

  private Value block(
      Scope scope, Value x, Grid grid, int heads, int shift, Transformers.Drops drops) {
    int dim = x.shape().size(2);
    int w = net.window;
    Value y = Layers.layerNorm(scope.child("norm1"), x, EPSILON);
    y = scope.apply(new Movement.Reshape(Shape.batch(grid.h, grid.w, dim)), y); // [N, H, W, C]
    Grid filled = grid.filled(w);
    y = fill(scope, y, grid, filled);
    y = roll(scope, y, -shift);
    y = Transformers.windows(scope, y, Size.of(w)); // [k N, L, C]
    double scale = 1 / Math.sqrt(Math.floorDiv(dim, heads));
    y =
        Transformers.attention(
            scope.child("attn"),
            y,
            heads,
            scale,
            true,
            drops,
            (at, products) -> {
              Value biased = Layers.add(at, products, positionBias(at, heads));
              return shift == 0 ? biased : mask(scope, biased, filled, heads, shift);
            });
    var whole = new Size(filled.h, filled.w);
    y = Transformers.joinWindows(scope, y, Size.of(w), whole); // [N, H, W, C]
    y = roll(scope, y, shift);
    if (!grid.equals(filled)) {
      y = scope.apply(new Movement.Slice(1, 0, grid.h, 1), y);
      y = scope.apply(new Movement.Slice(2, 0, grid.w, 1), y);
    }
    y = scope.apply(new Movement.Reshape(Shape.batch(grid.h * grid.w, dim)), y); // [N, L, C]
    Value mid = Transformers.residual(scope, x, y, drops.path());
    y = Layers.layerNorm(scope.child("norm2"), mid, EPSILON);
    y = Transformers.mlp(scope.child("mlp"), y, 4 * dim, drops.rate());
    return Transformers.residual(scope, mid, y, drops.path());
  }

  /// Joins each two by two tokens and halves their channels: `[N, L, C]` to `[N, L/4, 2C]`.
  private static Value merge(Scope scope, Value x, Grid grid) {
    int dim = x.shape().size(2);
    Grid even = new Grid(grid.h + grid.h % 2, grid.w + grid.w % 2);
    Value y = scope.apply(new Movement.Reshape(Shape.batch(grid.h, grid.w, dim)), x);
    y = fill(scope, y, grid, even);
    var corners = new ArrayList<Value>();
    for (int corner = 0; corner < 4; corner++) {
      Value rows = scope.apply(new Movement.Slice(1, corner % 2, even.h, 2), y);
      corners.add(scope.apply(new Movement.Slice(2, corner / 2, even.w, 2), rows));
    }
    y = scope.apply(new Movement.Concat(3), corners, List.of()); // [N, H/2, W/2, 4C]
    y = scope.apply(new Movement.Reshape(Shape.batch(even.h / 2 * (even.w / 2), 4 * dim)), y);
    y = Layers.layerNorm(scope.child("norm"), y, EPSILON);
    return Transformers.linear(scope.child("reduction"), y, 2 * dim, false);
  }

  /// A learned number for each head and each way from one place of a window to another: `[heads, L, L]`.
  private Value positionBias(Scope scope, int heads) {
    int w = net.window;
    int ways = (2 * w - 1) * (2 * w - 1);
    int length = w * w;
    Param table =
        scope.param("relative_position_bias_table", Shape.of(ways, heads), Transformers.INIT);
    var index =
        IntStream.range(0, length * length)
            .mapToObj(i -> {
              int from = i / length;
              int to = i % length;
              int down = from / w - to / w + w - 1;
              int right = from % w - to % w + w - 1;
              return (double) (down * (2 * w - 1) + right);
            })
            .toList();
    Param ids =
        scope.param(
            new Param(
                "relative_position_index",
                Shape.of(length, length),
                DType.INT64,
                new Init.Table(index),
                Param.Kind.CONSTANT,
                0,
                0));
    Value flat = scope.apply(new Movement.Reshape(Shape.of(length * length)), scope.read(ids));
    Value bias = scope.apply(new Movement.Gather(0), scope.read(table), flat); // [L L, heads]
    bias = scope.apply(new Movement.Reshape(Shape.of(length, length, heads)), bias);
    return scope.apply(new Movement.Transpose(List.of(2, 0, 1)), bias); // [heads, L, L]
  }

  /// Keeps places apart that only the shift made neighbours: `-100` between them.
  private Value mask(Scope scope, Value products, Grid grid, int heads, int shift) {
    int w = net.window;
    int length = w * w;
    int windows = grid.h / w * (grid.w / w);
    var values = new ArrayList<Double>(windows * length * length);
    for (int k = 0; k < windows; k++) {
      int top = k / (grid.w / w) * w;
      int left = k % (grid.w / w) * w;
      int[] region =
          IntStream.range(0, length)
              .map(
                  i -> 3 * region(top + i / w, grid.h, shift) + region(left + i % w, grid.w, shift))
              .toArray();
      for (int from = 0; from < length; from++) {
        for (int to = 0; to < length; to++) {
          values.add(region[from] == region[to] ? 0.0 : -100.0);
        }
      }
    }
    Param mask =
        scope.param(
            new Param(
                "$attn_mask",
                Shape.of(windows, 1, length, length),
                DType.FLOAT32,
                new Init.Table(values),
                Param.Kind.CONSTANT,
                0,
                0));
    Value y =
        scope.apply(new Movement.Reshape(Shape.batch(windows, heads, length, length)), products);
    y = Layers.add(scope, y, scope.read(mask)); // [N, k, heads, L, L]
    return scope.apply(
        new Movement.Reshape(Shape.of(Dim.BATCH.times(windows), heads, length, length)), y);
  }

  /// Which of the three strips of a shifted side a place lies in.
  private int region(int place, int side, int shift) {
    return place < side - net.window ? 0 : place < side - shift ? 1 : 2;
  }

  private static Value roll(Scope scope, Value x, int by) {
    return by == 0 ? x : scope.apply(new Movement.Roll(List.of(by, by), List.of(1, 2)), x);
  }

  private static Op pad(Grid from, Grid to) {
    return new Movement.Pad(new Pads(0, 0, to.h - from.h, to.w - from.w));
  }

  /// Zeros below and to the right of `[N, H, W, C]`.
  private static Value fill(Scope scope, Value x, Grid from, Grid to) {
    if (from.equals(to)) {
      return x;
    }
    Value y = scope.apply(new Movement.Transpose(List.of(0, 3, 1, 2)), x);
    y = scope.apply(pad(from, to), y);
    return scope.apply(new Movement.Transpose(List.of(0, 2, 3, 1)), y);
  }

  /// The sizes.
  public static Stream<NamedBackbone> variants() {
    var small = List.of(2, 2, 6, 2);
    var deep = List.of(2, 2, 18, 2);
    return Stream.of(
        variant("tiny", 224, new Net(96, small, List.of(3, 6, 12, 24), 7), 0.2),
        variant("small", 224, new Net(96, deep, List.of(3, 6, 12, 24), 7), 0.3),
        variant("base", 224, new Net(128, deep, List.of(4, 8, 16, 32), 7), 0.5),
        variant("base", 384, new Net(128, deep, List.of(4, 8, 16, 32), 12), 0.5),
        variant("large", 224, new Net(192, deep, List.of(6, 12, 24, 48), 7), 0.1),
        variant("large", 384, new Net(192, deep, List.of(6, 12, 24, 48), 12), 0.1));
  }

  private static NamedBackbone variant(String kind, int size, Net net, double path) {
    String name = "SwinTransformer_" + kind + "_patch4_window" + net.window + "_" + size;
    return new NamedBackbone(
        ModelCard.paddleClas(
                name, "SwinTransformer", "2103.14030", "legendary_models/swin_transformer.py")
            .prepared(
                ImagePreparation.imageNet(size, size == 384 ? 438 : 256, Interpolation.BICUBIC)),
        args -> {
          // Choices of kernels in the reference, without effect on the numbers.
          args.flag("use_fused_attn", false);
          args.flag("use_fused_linear", false);
          return new Swin(net, args.classes(), Transformers.Drops.of(args, path));
        });
  }
}
