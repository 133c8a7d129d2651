package ai.fovea.index;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Which versions are being read, so that rows are not used again while an older version that shows them is.
///
/// Readers announce a version in one of some slots and look again whether it is still the newest: a writer that saw no
/// announcement has published before that look.
final class Epochs {
  private static final int SLOTS = 128;
  // Slots lie on cache lines of their own.
  private static final int STRIDE = 16;

  private final AtomicLongArray slots = new AtomicLongArray(SLOTS * STRIDE);

  /// Begins to read the newest version, which `version` tells (0 or greater); returns what [#leave] wants to know.
  int enter(LongSupplier version) {
    long announced = version.getAsLong();
    int slot = (int) (Thread.currentThread().threadId() % SLOTS);
    for (int tries = 1; !slots.compareAndSet(slot * STRIDE, 0, announced + 1); tries++) {
      slot = (slot + 1) % SLOTS;
      if (tries % SLOTS == 0) {
        // More readers than slots: they take turns.
        LockSupport.parkNanos(1000);
      }
    }
    for (long now = version.getAsLong(); now != announced; now = version.getAsLong()) {
      announced = now;
      slots.set(slot * STRIDE, announced + 1);
    }
    return slot;
  }

  /// Ends reading.
  void leave(int slot) {
    slots.set(slot * STRIDE, 0);
  }

  /// The oldest version that is being read; [Long#MAX_VALUE] for none.
  long oldest() {
    long oldest = Long.MAX_VALUE;
    for (int slot = 0; slot < SLOTS; slot++) {
      long announced = slots.get(slot * STRIDE);
      if (announced > 0) {
        oldest = Math.min(oldest, announced - 1);
      }
    }
    return oldest;
  }
}
