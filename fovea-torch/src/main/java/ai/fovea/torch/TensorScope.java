package ai.fovea.torch;

import org.bytedeco.javacpp.PointerScope;

/// Owns every tensor that its thread makes while it is the innermost open one, and frees them when it is closed.
///
/// Scopes nest and belong to the thread that opened them. A tensor leaves through [Tensor#keep]. Never use
/// libtorch on a virtual thread: its guards and thread counts belong to the carrier.
public final class TensorScope implements AutoCloseable {
  private final PointerScope scope = new PointerScope();

  /// Opens a scope on this thread.
  public TensorScope() {}

  @Override
  public void close() {
    scope.close();
  }
}
