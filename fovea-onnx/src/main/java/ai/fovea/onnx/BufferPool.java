package ai.fovea.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Native memory that the inputs of runs are put together in, kept from run to run: for each size as much as was ever in use at once.
/// Sizes are rounded up to powers of two, so that batches of several lengths share it.
///
/// Thread-safe. Memory must be given back before the pool is closed.
final class BufferPool implements AutoCloseable {
  private static final long SMALLEST = 1024;

  private final HandleCounter handles;
  private final Map<Long, ArrayDeque<MemorySegment>> free = new HashMap<>();
  private final Arena arena = Arena.ofShared();
  private int made;

  BufferPool(HandleCounter handles) {
    this.handles = handles;
  }

  /// Memory of at least so many bytes, with any content.
  synchronized MemorySegment take(long bytes) {
    long size = Math.max(SMALLEST, Long.highestOneBit(Math.max(1, bytes - 1)) << 1);
    ArrayDeque<MemorySegment> fitting = free.get(size);
    if (fitting != null && !fitting.isEmpty()) {
      return fitting.pop();
    }
    MemorySegment memory = arena.allocate(size, 64);
    made++;
    handles.buffers(1);
    return memory;
  }

  /// Keeps what was taken for the next one.
  synchronized void giveBack(MemorySegment memory) {
    free.computeIfAbsent(memory.byteSize(), _ -> new ArrayDeque<>()).push(memory);
  }

  @Override
  public synchronized void close() {
    arena.close();
    handles.buffers(-made);
    made = 0;
    free.clear();
  }
}
