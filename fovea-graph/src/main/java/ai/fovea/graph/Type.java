package ai.fovea.graph;

/// What is known of a tensor before a network runs.
public record Type(DType dtype, Shape shape) {
  /// The same elements in another shape.
  Type with(Shape other) {
    return new Type(dtype, other);
  }

  @Override
  public String toString() {
    return dtype.text() + shape;
  }
}
