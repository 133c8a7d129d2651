package ai.fovea.index;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// From which version to which each row holds a vector. Both numbers of a row lie side by side, so
/// that asking costs one access to memory.
///
/// One writer. What a version sees does not change: a row that is used anew is born in a later one.
final class RowVersions {
  private static final long NEVER = Long.MAX_VALUE;

  // The birth of row r at 2r, its death behind it; a row that was never used died before all.
  private final long[] times;

  private RowVersions(long[] times) {
    this.times = times;
  }

  /// Of `rows` rows of which none was used yet.
  static RowVersions none(int rows) {
    return new RowVersions(new long[Math.multiplyExact(2, rows)]);
  }

  /// Of `rows` rows that are alive in every version.
  static RowVersions all(int rows) {
    RowVersions versions = none(rows);
    for (int row = 0; row < rows; row++) {
      versions.times[2 * row + 1] = NEVER;
    }
    return versions;
  }

  /// With room for so many rows.
  RowVersions grown(int rows) {
    int needed = Math.multiplyExact(2, rows);
    return needed <= times.length
        ? this
        : new RowVersions(
            Arrays.copyOf(
                times, (int) Math.max(needed, Math.min(1L << 30, times.length * 3L / 2))));
  }

  /// From `version` on a row holds a vector.
  void begin(int row, long version) {
    // First the birth, so that no older version takes the row for what it held before.
    times[2 * row] = version;
    VarHandle.storeStoreFence();
    times[2 * row + 1] = NEVER;
  }

  /// From `version` on a row holds none.
  void end(int row, long version) {
    times[2 * row + 1] = version;
  }

  /// Returns whether a row holds a vector in a version.
  boolean in(long version, int row) {
    // The other way round than written.
    long died = times[2 * row + 1];
    VarHandle.loadLoadFence();
    return died > version && times[2 * row] <= version;
  }
}
