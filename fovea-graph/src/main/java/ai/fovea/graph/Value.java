package ai.fovea.graph;

/// One edge of a graph: a tensor that an operation yields, or an input.
///
/// @param id unique in its graph
public record Value(int id, Type type) {
  /// The shape of the tensor.
  public Shape shape() {
    return type.shape();
  }

  /// The type of its elements.
  public DType dtype() {
    return type.dtype();
  }
}
