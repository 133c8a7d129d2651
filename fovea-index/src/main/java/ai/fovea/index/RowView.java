package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One version of the rows of an index. Arrays are shared between versions: a version looks at its
/// first `rows` rows, and of these at the ones that were born by then and had not died.
final class RowView {
  final Chunks chunks;
  final MemorySegment[] segments;
  final long[] ids;
  final RowVersions versions;
  final int rows;
  final int live;
  final long version;

  final @Nullable SearchStructure structure;

  /// What makes searches in a version faster than looking at every row.
  sealed interface SearchStructure permits FlatIndex.Coded, HnswState, IvfLists {}

  RowView(
      Chunks chunks,
      long[] ids,
      RowVersions versions,
      int rows,
      int live,
      long version,
      @Nullable SearchStructure structure) {
    this.chunks = chunks;
    this.segments = chunks.segments();
    this.ids = ids;
    this.versions = versions;
    this.rows = rows;
    this.live = live;
    this.version = version;
    this.structure = structure;
  }

  /// Returns the same as the next version, with another search structure.
  RowView next(@Nullable SearchStructure other) {
    return new RowView(chunks, ids, versions, rows, live, version + 1, other);
  }

  /// Returns whether a row holds a vector in this version.
  boolean alive(int row) {
    return versions.in(version, row);
  }

  /// Returns the rows that hold one, in their order.
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

  /// Returns whether all rows hold one.
  boolean allAlive() {
    return live == rows;
  }
}
