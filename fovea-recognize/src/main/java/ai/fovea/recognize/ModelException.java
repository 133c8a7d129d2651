package ai.fovea.recognize;

import java.io.IOException;

/// A model folder that can't be used; the message names folder, place and reason.
public class ModelException extends IOException {
  private static final long serialVersionUID = 1L;

  /// An error with this message.
  public ModelException(String message) {
    super(message);
  }
}
