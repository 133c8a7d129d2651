package ai.fovea.models;

import java.util.List;

/// Parts of a network, or weights and a network, don't fit each other. Wrong names and arguments are
/// [ai.fovea.config.ConfigException]s.
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
