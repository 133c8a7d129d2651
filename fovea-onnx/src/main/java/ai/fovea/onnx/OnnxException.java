package ai.fovea.onnx;

import ai.fovea.base.ModelException;
import org.jspecify.annotations.Nullable;

/// A model that ONNX Runtime can't load or run; the message names the file and the reason.
public class OnnxException extends ModelException {
  private static final long serialVersionUID = 1L;

  /// An error with this message and the runtime's own as its cause, if it comes from there.
  public OnnxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
