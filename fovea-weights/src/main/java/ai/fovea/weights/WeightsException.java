package ai.fovea.weights;

import ai.fovea.base.ModelException;

/// A file of tensors that can't be read; the message names file, place and reason.
public class WeightsException extends ModelException {
  private static final long serialVersionUID = 1L;

  /// An error with this message.
  public WeightsException(String message) {
    super(message);
  }

  /// An error with this message and its cause.
  public WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
