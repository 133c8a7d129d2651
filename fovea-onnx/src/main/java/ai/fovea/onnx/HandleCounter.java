package ai.fovea.onnx;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts what one session holds outside the heap.
final class HandleCounter {
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicInteger tensors = new AtomicInteger();
  private final AtomicInteger buffers = new AtomicInteger();

  void sessions(int more) {
    sessions.addAndGet(more);
  }

  void tensors(int more) {
    tensors.addAndGet(more);
  }

  void buffers(int more) {
    buffers.addAndGet(more);
  }

  LiveHandles count() {
    return new LiveHandles(sessions.get(), tensors.get(), buffers.get());
  }
}
