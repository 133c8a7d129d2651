package ai.fovea.program;

import ai.fovea.base.ModelException;

/// Thrown where a program can't be read or holds what graphs can't express. The message names file, place and reason.
public final class ProgramException extends ModelException {
  private static final long serialVersionUID = 1;

  /// An error with this message.
  public ProgramException(String message) {
    super(message);
  }

  /// An error with this message and its cause.
  public ProgramException(String message, Throwable cause) {
    super(message, cause);
  }
}
