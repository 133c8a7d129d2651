package ai.fovea.gallery;

/// A gallery can't do what it was asked: the message tells which one, why, and what to do.
public class GalleryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// With a message for people.
  public GalleryException(String message) {
    super(message);
  }

  /// With a message for people and what brought it about.
  public GalleryException(String message, Throwable cause) {
    super(message, cause);
  }
}
