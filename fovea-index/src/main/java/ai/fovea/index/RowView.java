package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// One version of the rows of an index. Arrays are shared between versions: a version looks at its first `rows` rows, and of
/// these at the ones that were born by then and had not died.
class RowView {
  static final long ALIVE = Long.MAX_VALUE;

  final Chunks chunks;
  final MemorySegment[] segments;
  final long[] ids;
  final long[] bornAt;
  final long[] diedAt;
  final int rows;
  final int live;
  final long version;

  RowView(
      Chunks chunks, long[] ids, long[] bornAt, long[] diedAt, int rows, int live, long version) {
    this.chunks = chunks;
    this.segments = chunks.segments();
    this.ids = ids;
    this.bornAt = bornAt;
    this.diedAt = diedAt;
    this.rows = rows;
    this.live = live;
    this.version = version;
  }

  /// Whether a row holds a vector in this version.
  boolean alive(int row) {
    // A row that is being used anew gets its birth first, then loses its death: read the other way
    // round.
    long died = diedAt[row];
    VarHandle.loadLoadFence();
    return died > version && bornAt[row] <= version;
  }

  /// Whether all rows hold one.
  boolean allAlive() {
    return live == rows;
  }
}
