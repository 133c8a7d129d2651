package ai.fovea.onnx;

import java.io.IOException;

/// A model that ONNX Runtime can't load or run; the message names the file and the reason.
public class OnnxException extends IOException {
  private static final long serialVersionUID = 1L;

  /// An error with this message and the runtime's own as its cause.
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
