package ai.fovea.onnx;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Keeps native memory from being released while somebody uses it: calls go through
/// [#use(Call)], and closing waits for those that run.
///
/// Thread-safe. A call must not close what it uses itself.
public final class CloseGuard {
  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /// A call that uses what is guarded.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    /// Does it.
    T run() throws E;
  }

  /// Guards something that is open.
  ///
  /// @param name what it is, for errors: `model mugs.onnx`
  public CloseGuard(String name) {
    this.name = name;
  }

  /// Makes a call, during which nothing is released.
  ///
  /// @throws IllegalStateException if it is closed
  public <T, E extends Exception> T use(Call<T, E> call) throws E {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + " is closed: open it again, or close it later");
      }
      return call.run();
    } finally {
      reading.unlock();
    }
  }

  /// Waits for the calls that have begun, lets no further one begin, and releases. Does nothing the second time.
  ///
  /// @param release is not called while anything is in use, and not twice
  /// @throws IllegalStateException if the calling thread is in the middle of such a call, which would wait for itself
  public void close(Runnable release) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException(name + " can't be closed by a call that uses it");
    }
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        release.run();
      }
    } finally {
      writing.unlock();
    }
  }
}
