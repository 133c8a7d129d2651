package ai.fovea.index.internal;

import java.util.concurrent.atomic.AtomicLong;

/// Counts memory that is freed when the collector finds that nobody refers to it any more, and has
/// the collector look when there is much of it: the heap alone, in which such memory takes a few
/// bytes, would give it no reason to.
///
/// Java does the same for the memory that it hands out itself. One count for the process, as there
/// is one collector.
final class Reservations {
  private static final long FIRST_LOOK = 1L << 30;
  private static final int PATIENCE = 50;

  private final AtomicLong bytes = new AtomicLong();
  private long nextLook = FIRST_LOOK;

  /// More is to be taken.
  void reserve(long more) {
    if (bytes.addAndGet(more) > FIRST_LOOK) {
      look();
    }
  }

  /// It was given back.
  void release(long less) {
    bytes.addAndGet(-less);
  }

  private synchronized void look() {
    if (bytes.get() <= nextLook) {
      return;
    }
    System.gc();
    // What was found is given back by another thread, soon after.
    long before = bytes.get();
    for (int i = 0; i < PATIENCE; i++) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      long now = bytes.get();
      if (now == before && i > 5) {
        break;
      }
      before = now;
    }
    // As much again before the next look: however large an index grows, it is asked for a few times
    // only.
    nextLook = Math.max(FIRST_LOOK, 2 * bytes.get());
  }
}
