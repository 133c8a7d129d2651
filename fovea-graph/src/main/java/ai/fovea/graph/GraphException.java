package ai.fovea.graph;

import ai.fovea.base.ModelException;

/// A network that can't be built, changed or read: names the operation, its place and the shapes.
public class GraphException extends ModelException {
  private static final long serialVersionUID = 1L;

  /// An error with this message.
  public GraphException(String message) {
    super(message);
  }

  /// An error with this message and its cause.
  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }

  /// @throws GraphException if the condition does not hold
  static void require(boolean condition, String problem) {
    if (!condition) {
      throw new GraphException(problem);
    }
  }
}
