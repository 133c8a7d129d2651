package ai.fovea.index.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;

/// Shares work between the caller and threads of the common pool.
public final class Parallel {
  private static final int PIECES_PER_THREAD = 8;

  private Parallel() {}

  /// Work on the numbers `from` (inclusive) to `to` (exclusive).
  @FunctionalInterface
  public interface Range {
    /// Does it.
    void run(int from, int to);
  }

  /// Runs `work` on all of `[0, count)`, in pieces, by at most `threads` threads, and returns when it is done.
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
    Runnable share =
        () -> {
          for (int from = next.getAndAdd(piece);
              from >= 0 && from < count;
              from = next.getAndAdd(piece)) {
            work.run(from, Math.min(count, from + piece));
          }
        };
    List<ForkJoinTask<?>> others = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, Math.ceilDiv(count, piece)); i++) {
      others.add(ForkJoinPool.commonPool().submit(share));
    }
    RuntimeException failure = null;
    try {
      share.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    for (ForkJoinTask<?> other : others) {
      try {
        other.join();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
