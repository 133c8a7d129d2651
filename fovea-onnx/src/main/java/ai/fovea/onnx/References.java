package ai.fovea.onnx;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts who uses something that owns native memory, so that it is released when it was closed and the last use has ended,
/// never before, and once.
///
/// Thread-safe and without locks: a use costs two atomic steps.
public final class References {
  /// Set once it is closed; the other bits count uses.
  private static final int CLOSED = Integer.MIN_VALUE;

  private final String name;
  private final Runnable release;
  private final AtomicInteger state = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ConcurrentHashMap<Thread, Integer> users = new ConcurrentHashMap<>();
  private volatile @Nullable RuntimeException failure;

  /// A call that uses what is counted.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    /// Makes the call.
    T run() throws E;
  }

  /// Counts the uses of something that is open.
  ///
  /// @param name what it is, for errors: `model mugs.onnx`
  /// @param release called once, by the thread that closes it or by the one whose use ends last
  public References(String name, Runnable release) {
    this.name = name;
    this.release = release;
  }

  /// Makes a call, until whose end nothing is released.
  ///
  /// @throws IllegalStateException if it is closed
  public <T, E extends Exception> T use(Call<T, E> call) throws E {
    return tryUse(call)
        .orElseThrow(
            () -> new IllegalStateException(name + " is closed: open it again, or close it later"));
  }

  /// As [#use], where it may be closed.
  ///
  /// @return what the call gave; empty where it was closed already, and nothing was called
  public <T, E extends Exception> Optional<T> tryUse(Call<T, E> call) throws E {
    if (!tryAcquire()) {
      return Optional.empty();
    }
    Thread user = Thread.currentThread();
    users.merge(user, 1, Integer::sum);
    try {
      return Optional.of(call.run());
    } finally {
      users.computeIfPresent(user, (_, n) -> n == 1 ? null : n - 1);
      giveBack();
    }
  }

  /// Whether it is closed; uses that began before may still run.
  public boolean isClosed() {
    return state.get() < 0;
  }

  private boolean tryAcquire() {
    return state.getAndUpdate(s -> s < 0 ? s : s + 1) >= 0;
  }

  private void giveBack() {
    if (state.decrementAndGet() == CLOSED) {
      release();
    }
  }

  private void release() {
    try {
      release.run();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      released.countDown();
    }
  }

  /// Lets no further use begin, and returns at once: the memory is released when the last use ends. Does nothing the second time.
  public void retire() {
    if (state.getAndUpdate(s -> s | CLOSED) == 0) {
      release();
    }
  }

  /// Lets no further use begin, and waits until the last one has ended and the memory is released. Whoever closes it again, waits
  /// too.
  ///
  /// @throws IllegalStateException if the calling thread is in the middle of a use, which would wait for itself
  public void close() {
    if (users.containsKey(Thread.currentThread())) {
      throw new IllegalStateException(name + " can't be closed by a call that uses it");
    }
    retire();
    boolean interrupted = false;
    while (true) {
      try {
        released.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // closing is not given up half-way
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
