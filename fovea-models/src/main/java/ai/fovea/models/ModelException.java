package ai.fovea.models;

import java.util.List;

/// A network can't be built as described: an unknown name, unknown or wrong arguments. All problems found are
/// in the message, one a line.
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// With one problem.
  public ModelException(String message) {
    super(message);
  }

  /// With all problems of `what`, one a line.
  public ModelException(String what, List<String> problems) {
    super(what + "\n  " + String.join("\n  ", problems));
  }
}
