package ai.fovea.index.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Memory outside the Java heap that starts at cache lines. Larger pieces lie on huge pages where
/// the system has them: rows that are read here and there then cost one miss instead of two.
public final class NativeMemory {
  private static final int CACHE_LINE = 64;
  private static final long HUGE_PAGE = 2L << 20;

  private NativeMemory() {}

  /// Zeroed memory that lives as long as `arena`.
  public static MemorySegment allocate(Arena arena, long bytes) {
    if (bytes >= HUGE_PAGE && HugePages.supported()) {
      return HugePages.allocate(arena, Math.ceilDiv(bytes, HUGE_PAGE) * HUGE_PAGE)
          .asSlice(0, bytes);
    }
    return arena.allocate(bytes, CACHE_LINE);
  }

  /// Returns all memory as one segment, whose offsets are addresses; empty where this module may
  /// not call native code.
  ///
  /// Rows here and there are read faster from one segment than from several: there is less to look
  /// up before each read, so that more of them are under way together.
  public static Optional<MemorySegment> everything() {
    return HugePages.isNativeAccessEnabled() ? Optional.of(HugePages.EVERYTHING) : Optional.empty();
  }
}
