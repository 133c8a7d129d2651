package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One version of the rows of an index. Arrays are shared between versions: a version looks at its first `rows` rows, and of
/// these at the ones that were born by then and had not died.
final class RowView {
  static final long ALIVE = Long.MAX_VALUE;

  final Chunks chunks;
  final MemorySegment[] segments;
  final long[] ids;
  final long[] bornAt;
  final long[] diedAt;
  final int rows;
  final int live;
  final long version;

  final @Nullable Aid aid;

  /// What makes searches in a version faster than looking at every row.
  sealed interface Aid permits FlatIndex.Coded, HnswNet {}

  RowView(
      Chunks chunks,
      long[] ids,
      long[] bornAt,
      long[] diedAt,
      int rows,
      int live,
      long version,
      @Nullable Aid aid) {
    this.chunks = chunks;
    this.segments = chunks.segments();
    this.ids = ids;
    this.bornAt = bornAt;
    this.diedAt = diedAt;
    this.rows = rows;
    this.live = live;
    this.version = version;
    this.aid = aid;
  }

  /// The same as the next version, with another aid.
  RowView next(@Nullable Aid other) {
    return new RowView(chunks, ids, bornAt, diedAt, rows, live, version + 1, other);
  }

  /// Whether a row holds a vector in this version.
  boolean alive(int row) {
    // A row that is being used anew gets its birth first, then loses its death: read the other way
    // round.
    long died = diedAt[row];
    VarHandle.loadLoadFence();
    return died > version && bornAt[row] <= version;
  }

  /// The rows that hold one, in their order.
  int[] aliveRows() {
    int[] alive = new int[live];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (alive(row)) {
        alive[count++] = row;
      }
    }
    return alive;
  }

  /// Whether all rows hold one.
  boolean allAlive() {
    return live == rows;
  }
}
