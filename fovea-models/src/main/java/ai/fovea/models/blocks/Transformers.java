package ai.fovea.models.blocks;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import java.util.ArrayList;
import java.util.List;

/// Parts that vision transformers share. Tokens are `[N, L, C]`, or `[k N, L, C]` in `k` windows an image.
public final class Transformers {
  /// First weights of everything that is learned.
  public static final Init INIT = new Init.TruncatedNormal(0, 0.02);

  private Transformers() {}

  /// What training sets to zero.
  ///
  /// @param rate of tokens and projections
  /// @param attention of attention weights
  /// @param path of whole branches, in the last block; it rises linearly from 0 in the first
  public record Drops(double rate, double attention, double path) {
    /// What a configuration says.
    ///
    /// @param path the rate of whole branches where it says nothing
    public static Drops of(Arguments args, double path) {
      return new Drops(
          args.probability("drop_rate", 0),
          args.probability("attn_drop_rate", 0),
          args.probability("drop_path_rate", path));
    }

    /// The same with the path rate of block `index` of `count`.
    public Drops at(int index, int count) {
      return new Drops(rate, attention, count < 2 ? 0 : path * index / (count - 1));
    }
  }

  /// An image cut into squares, each a token: `[N, C, H, W]` to `[N, L, dim]`.
  public static Value patches(Scope scope, Value image, int patch, int dim) {
    Value x =
        Convolution.of(dim, patch)
            .stride(patch)
            .padding(0)
            .withBias()
            .apply(scope.child("proj"), image);
    return tokens(scope, x); // [N, L, dim]
  }

  /// The places of a map, row by row, as tokens: `[N, C, H, W]` to `[N, L, C]`.
  public static Value tokens(Scope scope, Value map) {
    Shape shape = map.shape();
    int length = shape.size(2) * shape.size(3);
    Value x =
        scope.apply(
            new Movement.Reshape(Shape.of(shape.dim(0), shape.size(1), length)), map); // [N, C, L]
    return scope.apply(new Movement.Transpose(List.of(0, 2, 1)), x);
  }

  /// Tokens, row by row, as a map of `height` rows: `[N, L, C]` to `[N, C, H, W]`.
  public static Value map(Scope scope, Value tokens, int height) {
    int length = tokens.shape().size(1);
    int channels = tokens.shape().size(2);
    Value y = scope.apply(new Movement.Transpose(List.of(0, 2, 1)), tokens); // [N, C, L]
    Shape map = Shape.of(tokens.shape().dim(0), channels, height, length / height);
    return scope.apply(new Movement.Reshape(map), y);
  }

  /// A map of tokens cut into `k` windows: `[N, H, W, C]` to `[k N, L, C]`.
  ///
  /// @param size of a window, which divides that of the map
  public static Value windows(Scope scope, Value map, Size size) {
    int down = map.shape().size(1) / size.h();
    int across = map.shape().size(2) / size.w();
    int dim = map.shape().size(3);
    Value y =
        scope.apply(new Movement.Reshape(Shape.batch(down, size.h(), across, size.w(), dim)), map);
    y = scope.apply(new Movement.Transpose(List.of(0, 1, 3, 2, 4, 5)), y);
    int count = down * across;
    Shape cut = Shape.of(Dim.BATCH.times(count), size.h() * size.w(), dim);
    return scope.apply(new Movement.Reshape(cut), y); // [k N, L, C]
  }

  /// The map that was cut into windows: `[k N, L, C]` to `[N, H, W, C]`.
  ///
  /// @param size of a window
  /// @param map the size of the map
  public static Value joinWindows(Scope scope, Value windows, Size size, Size map) {
    int down = map.h() / size.h();
    int across = map.w() / size.w();
    int dim = windows.shape().size(2);
    Value y =
        scope.apply(
            new Movement.Reshape(Shape.batch(down, across, size.h(), size.w(), dim)), windows);
    y = scope.apply(new Movement.Transpose(List.of(0, 1, 3, 2, 4, 5)), y);
    return scope.apply(new Movement.Reshape(Shape.batch(map.h(), map.w(), dim)), y);
  }

  /// A fully connected layer with the first weights of transformers.
  public static Value linear(Scope scope, Value x, int out, boolean bias) {
    var params = new ArrayList<Param>();
    params.add(Layers.trained("weight", INIT, 1, 1));
    if (bias) {
      params.add(Layers.trained("bias", Init.ZEROS, 1, 1));
    }
    return Layers.linear(scope, x, out, params);
  }

  /// Two linear layers with GELU between them.
  public static Value mlp(Scope scope, Value x, int hidden, double drop) {
    Value y = linear(scope.child("fc1"), x, hidden, true); // [N, L, hidden]
    y = Layers.activate(scope.child("act"), y, Function.GELU);
    y = Layers.dropout(scope.child("drop"), y, drop, false);
    y = linear(scope.child("fc2"), y, x.shape().size(-1), true); // [N, L, C]
    return Layers.dropout(scope.child("drop"), y, drop, false);
  }

  /// What attention adds to the products of queries and keys, `[N, heads, L, L]`, before the softmax.
  @FunctionalInterface
  public interface Bias {
    /// Adds nothing.
    Bias NONE = (scope, products) -> products;

    /// Adds it.
    Value add(Scope scope, Value products);
  }

  /// Self-attention in several heads (Vaswani et al. 2017).
  public static Value attention(
      Scope scope, Value x, int heads, double scale, boolean qkvBias, Drops drops, Bias bias) {
    int dim = x.shape().size(2);
    Value qkv = linear(scope.child("qkv"), x, 3 * dim, qkvBias); // [N, L, 3C]
    var parts = new ArrayList<Value>();
    for (int i = 0; i < 3; i++) {
      Value part = scope.apply(new Movement.Slice(2, i * dim, (i + 1) * dim, 1), qkv); // [N, L, C]
      parts.add(heads(scope, part, heads)); // [N, heads, L, d]
    }
    Value y = attend(scope, parts, scale, drops.attention, bias); // [N, L, C]
    y = linear(scope.child("proj"), y, dim, true);
    return Layers.dropout(scope.child("proj_drop"), y, drops.rate, false);
  }

  /// The channels of tokens dealt out to heads: `[N, L, C]` to `[N, heads, L, d]`.
  public static Value heads(Scope scope, Value x, int heads) {
    Shape shape = x.shape();
    Shape split = Shape.of(shape.dim(0), shape.size(1), heads, shape.size(2) / heads);
    Value y = scope.apply(new Movement.Reshape(split), x); // [N, L, heads, d]
    return scope.apply(new Movement.Transpose(List.of(0, 2, 1, 3)), y);
  }

  /// Values weighted by how well queries and keys fit, `softmax(scale * q k^T + bias) v`, with the heads joined.
  ///
  /// @param parts queries, keys and values, each `[N, heads, L, d]`
  /// @param drop of the weights
  /// @return `[N, L, C]`
  public static Value attend(Scope scope, List<Value> parts, double scale, double drop, Bias bias) {
    Shape shape = parts.getFirst().shape();
    Value query = scope.apply(new Elementwise.Affine(scale, 0), parts.get(0));
    Value y =
        scope.apply(new Contraction.MatMul(false, true), query, parts.get(1)); // [N, heads, L, L]
    y = bias.add(scope, y);
    y = scope.child("softmax").apply(new Normalization.Softmax(-1), y);
    y = Layers.dropout(scope.child("attn_drop"), y, drop, false);
    y = scope.apply(new Contraction.MatMul(false, false), y, parts.get(2)); // [N, heads, L, d]
    y = scope.apply(new Movement.Transpose(List.of(0, 2, 1, 3)), y); // [N, L, heads, d]
    Shape joined = Shape.of(shape.dim(0), shape.size(2), shape.size(1) * shape.size(3));
    return scope.apply(new Movement.Reshape(joined), y); // [N, L, C]
  }

  /// `x + y`, where training leaves `y` away for some samples.
  public static Value residual(Scope scope, Value x, Value y, double path) {
    Value kept = path == 0 ? y : scope.child("drop_path").apply(new TrainingOnly.DropPath(path), y);
    return scope.apply(new Elementwise.Binary(Arithmetic.ADD), x, kept);
  }
}
