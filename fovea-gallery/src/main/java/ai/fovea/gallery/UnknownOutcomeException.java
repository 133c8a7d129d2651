package ai.fovea.gallery;

/// A change was done, but the disk failed to force it: everybody sees it now, and nobody knows
/// whether the disk holds it. Open the gallery again and look before the change is made again.
public class UnknownOutcomeException extends GalleryException {
  private static final long serialVersionUID = 1;

  /// With a message for people.
  public UnknownOutcomeException(String message) {
    super(message);
  }

  /// With a message for people and what brought it about.
  public UnknownOutcomeException(String message, Throwable cause) {
    super(message, cause);
  }
}
