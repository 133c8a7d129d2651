package ai.fovea.index.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Hands out memory for rows from larger pieces, so that thousands of small lists cost no more than one large one. It is freed
/// as a whole, when nothing refers to any of it.
public final class Slabs {
  private static final int FIRST_ROWS = 64;
  private static final long LARGEST_BYTES = 4 << 20;

  private final long rowBytes;
  private final Arena arena = Arena.ofAuto();
  private MemorySegment slab = MemorySegment.NULL;
  private long nextBytes;
  private long taken;
  private long rows;

  /// For rows of `rowBytes` bytes.
  public Slabs(long rowBytes) {
    this.rowBytes = rowBytes;
    this.nextBytes = FIRST_ROWS * rowBytes;
  }

  /// Room for `count` rows, one after another.
  public MemorySegment rows(int count) {
    long bytes = count * rowBytes;
    rows += count;
    if (bytes > LARGEST_BYTES / 4) {
      return NativeMemory.allocate(arena, bytes);
    }
    if (bytes > slab.byteSize() - taken) {
      slab = NativeMemory.allocate(arena, Math.max(nextBytes, bytes));
      taken = 0;
      nextBytes = Math.max(nextBytes, Math.min(2 * nextBytes, LARGEST_BYTES));
    }
    MemorySegment part = slab.asSlice(taken, bytes);
    taken += bytes;
    return part;
  }

  /// For how many rows room was handed out.
  public long handedOut() {
    return rows;
  }
}
