package ai.fovea.recognize;

import ai.fovea.base.FoveaException;

/// More images wait for a model than may: nothing was done with those that were refused, which may be sent again later.
public final class OverloadException extends FoveaException {
  private static final long serialVersionUID = 1L;

  /// An error with this message.
  public OverloadException(String message) {
    super(message);
  }
}
