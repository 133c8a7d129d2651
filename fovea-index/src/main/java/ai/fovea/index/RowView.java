package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One version of the rows of an index. Arrays are shared between versions: a version looks at its first `rows` rows, and of
/// these at the ones that were born by then and had not died.
final class RowView {
  final Chunks chunks;
  final MemorySegment[] segments;
  final long[] ids;
  final Lives lives;
  final int rows;
  final int live;
  final long version;

  final @Nullable Aid aid;

  /// What makes searches in a version faster than looking at every row.
  sealed interface Aid permits FlatIndex.Coded, HnswNet, IvfLists {}

  RowView(
      Chunks chunks, long[] ids, Lives lives, int rows, int live, long version, @Nullable Aid aid) {
    this.chunks = chunks;
    this.segments = chunks.segments();
    this.ids = ids;
    this.lives = lives;
    this.rows = rows;
    this.live = live;
    this.version = version;
    this.aid = aid;
  }

  /// The same as the next version, with another aid.
  RowView next(@Nullable Aid other) {
    return new RowView(chunks, ids, lives, rows, live, version + 1, other);
  }

  /// Whether a row holds a vector in this version.
  boolean alive(int row) {
    return lives.in(version, row);
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
