package ai.fovea.onnx;

/// How ONNX Runtime runs a model.
///
/// @param threads for one run; 0 lets the runtime take one per core
public record OnnxOptions(int threads) {
  /// One thread per core.
  public static final OnnxOptions DEFAULT = new OnnxOptions(0);

  /// Checks the count.
  public OnnxOptions {
    if (threads < 0) {
      throw new IllegalArgumentException("threads: " + threads + ", must be 0 or more");
    }
  }
}
