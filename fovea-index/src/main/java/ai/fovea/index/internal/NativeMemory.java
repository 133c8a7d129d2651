package ai.fovea.index.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory outside the Java heap that starts at cache lines.
public final class NativeMemory {
  private static final int CACHE_LINE = 64;

  private NativeMemory() {}

  /// Zeroed memory that lives as long as `arena`.
  public static MemorySegment allocate(Arena arena, long bytes) {
    return arena.allocate(bytes, CACHE_LINE);
  }
}
