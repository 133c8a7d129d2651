package ai.fovea.models.blocks;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Param;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import java.util.ArrayList;
import java.util.List;

/// Parts that vision transformers share. Tokens are `[N, L, C]`, or `[k N, L, C]` in `k` windows a picture.
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

  /// A picture cut into squares, each a token: `[N, C, H, W]` to `[N, L, dim]`.
  public static Value patches(Scope scope, Value image, int patch, int dim) {
    Value x =
        Convolution.of(dim, patch)
            .stride(patch)
            .padding(0)
            .withBias()
            .apply(scope.child("proj"), image);
    int length = x.shape().size(2) * x.shape().size(3);
    x = scope.apply(new Movement.Reshape(Shape.batch(dim, length)), x); // [N, dim, L]
    return scope.apply(new Movement.Transpose(List.of(0, 2, 1)), x); // [N, L, dim]
  }

  /// Tokens, row by row, as a map of `height` rows: `[N, L, C]` to `[N, C, H, W]`.
  public static Value map(Scope scope, Value tokens, int height) {
    int length = tokens.shape().size(1);
    int channels = tokens.shape().size(2);
    Value y = scope.apply(new Movement.Transpose(List.of(0, 2, 1)), tokens); // [N, C, L]
    return scope.apply(new Movement.Reshape(Shape.batch(channels, height, length / height)), y);
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
    Dim batch = x.shape().dim(0);
    int length = x.shape().size(1);
    int dim = x.shape().size(2);
    Value qkv = linear(scope.child("qkv"), x, 3 * dim, qkvBias); // [N, L, 3C]
    var parts = new ArrayList<Value>();
    for (int i = 0; i < 3; i++) {
      Value part = scope.apply(new Movement.Slice(2, i * dim, (i + 1) * dim, 1), qkv); // [N, L, C]
      part = scope.apply(new Movement.Reshape(Shape.of(batch, length, heads, dim / heads)), part);
      parts.add(scope.apply(new Movement.Transpose(List.of(0, 2, 1, 3)), part)); // [N, heads, L, d]
    }
    Value query = scope.apply(new Elementwise.Affine(scale, 0), parts.get(0));
    Value y =
        scope.apply(new Contraction.MatMul(false, true), query, parts.get(1)); // [N, heads, L, L]
    y = bias.add(scope, y);
    y = scope.child("softmax").apply(new Normalization.Softmax(-1), y);
    y = Layers.dropout(scope.child("attn_drop"), y, drops.attention, false);
    y = scope.apply(new Contraction.MatMul(false, false), y, parts.get(2)); // [N, heads, L, d]
    y = scope.apply(new Movement.Transpose(List.of(0, 2, 1, 3)), y); // [N, L, heads, d]
    y = scope.apply(new Movement.Reshape(Shape.of(batch, length, dim)), y); // [N, L, C]
    y = linear(scope.child("proj"), y, dim, true);
    return Layers.dropout(scope.child("proj_drop"), y, drops.rate, false);
  }

  /// `x + y`, where training leaves `y` away for some samples.
  public static Value residual(Scope scope, Value x, Value y, double path) {
    Value kept = path == 0 ? y : scope.child("drop_path").apply(new TrainingOnly.DropPath(path), y);
    return scope.apply(new Elementwise.Binary(Arithmetic.ADD), x, kept);
  }
}
