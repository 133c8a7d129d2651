package ai.fovea.gallery;

import ai.fovea.base.FoveaException;
import java.util.List;

/// A gallery can't do what it was asked: the message tells which one, why, and what to do.
public class GalleryException extends FoveaException {
  private static final long serialVersionUID = 1;

  /// With a message for people.
  public GalleryException(String message) {
    super(message);
  }

  /// With a message for people and what brought it about.
  public GalleryException(String message, Throwable cause) {
    super(message, cause);
  }

  /// With a message that tells the first of several problems.
  protected GalleryException(String message, List<String> problems) {
    super(message, problems);
  }
}
