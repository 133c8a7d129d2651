package ai.fovea.index.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Shares work between the caller and threads of the common pool.
public final class Parallel {
  private static final int PIECES_PER_THREAD = 8;
  private static final long SHARED_BYTES = 8 << 20;

  private Parallel() {}

  /// Work on the numbers `from` (inclusive) to `to` (exclusive).
  @FunctionalInterface
  public interface Range {
    /// Does it.
    void run(int from, int to);
  }

  /// Returns how many threads are to share work on so many bytes, each of them read about once: all
  /// processors, or the caller alone where it is done before another thread has begun.
  public static int threadsFor(long bytes) {
    return bytes < SHARED_BYTES ? 1 : Runtime.getRuntime().availableProcessors();
  }

  /// Runs `work` on all of `[0, count)`, in pieces, by at most `threads` threads, and returns when
  /// it is done. Where a piece fails, no further ones are begun, and its exception is thrown.
  public static void ranges(int count, int threads, Range work) {
    ranges(count, 1, threads, work);
  }

  /// As [#ranges(int, int, Range)], in pieces of whole multiples of `unit`, but for the last.
  public static void ranges(int count, int unit, int threads, Range work) {
    if (threads == 1 || count <= 1) {
      work.run(0, count);
      return;
    }
    int piece =
        Math.ceilDiv(Math.max(1, Math.ceilDiv(count, threads * PIECES_PER_THREAD)), unit) * unit;
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    Runnable share =
        () -> {
          for (int from = next.getAndAdd(piece);
              from >= 0 && from < count && failure.get() == null;
              from = next.getAndAdd(piece)) {
            try {
              work.run(from, Math.min(count, from + piece));
            } catch (RuntimeException e) {
              // Kept here: the pool would wrap it into another of its kind.
              failure.compareAndSet(null, e);
            }
          }
        };
    List<ForkJoinTask<?>> others = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, Math.ceilDiv(count, piece)); i++) {
      others.add(ForkJoinPool.commonPool().submit(share));
    }
    share.run();
    others.forEach(ForkJoinTask::join);
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }
}
