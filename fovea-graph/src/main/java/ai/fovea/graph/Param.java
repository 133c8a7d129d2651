package ai.fovea.graph;

/// The specification of a parameter; its values live in a table of their own, which several graphs may share.
///
/// @param name Paddle's structured name, verbatim: `stages.0.0.dw_conv.conv.weight`, `bn._mean`
/// @param shape fixed; linear weights are `[in, out]`, convolutions `[out, in/groups, kh, kw]`
/// @param learningRate factor on the optimizer's rate
/// @param decay factor on the optimizer's weight decay (0 where the reference sets `L2Decay(0.0)`)
public record Param(
    String name,
    Shape shape,
    DType dtype,
    Init init,
    Kind kind,
    double learningRate,
    double decay) {

  /// What may change a parameter.
  public enum Kind {
    /// Changed by gradients.
    TRAINED,
    /// Kept as loaded.
    FROZEN,
    /// Changed by forward passes in training (batch-norm mean and variance).
    STATISTIC,
    /// Kept as the builder made it, never loaded: index tables, masks.
    CONSTANT
  }

  /// Checks that the shape is fixed.
  public Param {
    if (!shape.isFixed()) {
      throw new GraphException(name + ": a parameter's shape must be fixed: " + shape);
    }
  }

  /// A trained float32 parameter.
  public Param(String name, Shape shape, Init init) {
    this(name, shape, DType.FLOAT32, init, Kind.TRAINED, 1, 1);
  }

  /// Returns this specification under another name.
  public Param withName(String other) {
    return new Param(other, shape, dtype, init, kind, learningRate, decay);
  }

  /// Returns this specification as another kind of parameter.
  public Param withKind(Kind other) {
    return new Param(name, shape, dtype, init, other, learningRate, decay);
  }

  /// Its element type and shape.
  public Type type() {
    return new Type(dtype, shape);
  }

  /// Whether checkpoints hold it. Tables that the reference computes on the fly do not appear there; their own
  /// name begins with `$`: `layers.0.blocks.1.$attn_mask`.
  public boolean stored() {
    return name.charAt(name.lastIndexOf('.') + 1) != '$';
  }
}
