package ai.fovea.onnx;

/// What a session holds outside the heap at the moment: nothing, once it is closed.
///
/// @param sessions of the runtime, 0 or 1
/// @param tensors of runs that have not ended
/// @param buffers in the pool, in use or not
public record LiveHandles(int sessions, int tensors, int buffers) {
  /// Nothing.
  public static final LiveHandles NONE = new LiveHandles(0, 0, 0);
}
