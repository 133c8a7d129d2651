package ai.fovea.torch;

/// libtorch refused an operation; the message names it, its place and the shapes.
public class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// An error with this message and libtorch's own as its cause.
  public TorchException(String message, Throwable cause) {
    super(message, cause);
  }
}
