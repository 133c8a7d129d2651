package ai.fovea.base;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model, a network or its weights that can't be read, built or run.
public class ModelException extends FoveaException {
  private static final long serialVersionUID = 1;

  /// An exception with one problem.
  public ModelException(String message) {
    super(message);
  }

  /// An exception with one problem and its cause.
  public ModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// An exception with all problems of a thing.
  ///
  /// @param what names the thing; the first line of the message
  /// @param problems one line each, at least one
  public ModelException(String what, List<String> problems) {
    super(what + "\n  " + String.join("\n  ", problems), problems);
  }
}
