package ai.fovea.index;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Which versions are being read, so that rows are not used again while an older version that shows
/// them is.
///
/// Readers announce a version in one of some slots and look again whether it is still the newest: a
/// writer that saw no announcement has published before that look. A few slots are there from the
/// start; once they are all taken at a time, there are many.
final class Epochs {
  private static final int FEW = 4;
  private static final int MANY = 256;
  // Slots lie on cache lines of their own.
  private static final int STRIDE = 8;
  private static final long NAP_NANOS = 1000;

  private final AtomicLongArray few = new AtomicLongArray(FEW * STRIDE);
  private volatile @Nullable AtomicLongArray many;

  /// Begins to read the newest version, which `version` tells (0 or greater); returns what [#leave]
  /// wants to know.
  int enter(LongSupplier version) {
    long announced = version.getAsLong();
    int slot = take(announced);
    for (long now = version.getAsLong(); now != announced; now = version.getAsLong()) {
      announced = now;
      set(slot, announced + 1);
    }
    return slot;
  }

  /// Ends reading.
  void leave(int slot) {
    set(slot, 0);
  }

  /// Returns the oldest version that is being read; [Long#MAX_VALUE] for none.
  long oldest() {
    AtomicLongArray more = many;
    long oldest = oldest(few);
    return more == null ? oldest : Math.min(oldest, oldest(more));
  }

  private int take(long version) {
    int start = (int) (Thread.currentThread().threadId() % MANY);
    while (true) {
      for (int i = 0; i < FEW; i++) {
        int slot = (start + i) % FEW;
        if (few.compareAndSet(slot * STRIDE, 0, version + 1)) {
          return slot;
        }
      }
      AtomicLongArray more = more();
      for (int i = 0; i < MANY; i++) {
        int slot = (start + i) % MANY;
        if (more.compareAndSet(slot * STRIDE, 0, version + 1)) {
          return FEW + slot;
        }
      }
      // More readers than slots: they take turns.
      LockSupport.parkNanos(NAP_NANOS);
    }
  }

  private void set(int slot, long value) {
    if (slot < FEW) {
      few.set(slot * STRIDE, value);
    } else {
      more().set((slot - FEW) * STRIDE, value);
    }
  }

  private AtomicLongArray more() {
    AtomicLongArray more = many;
    if (more == null) {
      synchronized (few) {
        more = many;
        if (more == null) {
          more = new AtomicLongArray(MANY * STRIDE);
          many = more;
        }
      }
    }
    return more;
  }

  private static long oldest(AtomicLongArray slots) {
    long oldest = Long.MAX_VALUE;
    for (int at = 0; at < slots.length(); at += STRIDE) {
      long announced = slots.get(at);
      if (announced > 0) {
        oldest = Math.min(oldest, announced - 1);
      }
    }
    return oldest;
  }
}
