package ai.fovea.index.faiss;

import java.lang.foreign.MemorySegment;

/// The graph of an HNSW index: for each row, its neighbours on each of its levels.
///
/// In the file: vec<double> share of rows that end at each level; vec<int32> how many places the
/// levels below take (0, 64, 96, … where a row has 64 places on level 0 and 32 on each above);
/// vec<int32> number of levels of each row; vec<uint64> first place of each row, and the end;
/// vec<int32> neighbours; int32 entry point, int32 its level, int32 efConstruction, int32 efSearch,
/// int32 1.
///
/// @param shares double for each level: the share of rows whose highest level it is
/// @param cumulative int32 for each level and one more: places on the levels below
/// @param levels int32 for each row: on how many levels it is, 1 or more
/// @param offsets int64 for each row and one more: its first place in `neighbours`
/// @param neighbours int32: row numbers; -1 ends a level's neighbours
/// @param entryPoint the row at which a search starts, -1 where there is none
/// @param maxLevel the highest level, that of the entry point; -1 where there is no row
/// @param efConstruction how many candidates were kept while building
/// @param efSearch how many candidates a search keeps
public record FaissGraph(
    MemorySegment shares,
    MemorySegment cumulative,
    MemorySegment levels,
    MemorySegment offsets,
    MemorySegment neighbours,
    int entryPoint,
    int maxLevel,
    int efConstruction,
    int efSearch) {
  private static final int MOST_LEVELS = 64;

  /// Checks every number, so that a search can follow them without asking.
  public FaissGraph {
    int rows = LittleEndian.count("levels", levels, Integer.BYTES);
    int steps = LittleEndian.count("the table of places", cumulative, Integer.BYTES);
    check(
        steps >= 1 && steps <= MOST_LEVELS + 1,
        "the table of places by level has "
            + steps
            + " entries, expected 1 to "
            + (MOST_LEVELS + 1));
    for (int l = 0; l < steps; l++) {
      int places = LittleEndian.intAt(cumulative, l);
      check(
          l == 0 ? places == 0 : places >= LittleEndian.intAt(cumulative, l - 1),
          "the table of places by level does not ascend from 0: entry " + l + " is " + places);
    }
    check(
        LittleEndian.count("the offsets", offsets, Long.BYTES) == rows + 1L,
        "there are " + offsets.byteSize() / Long.BYTES + " offsets for " + rows + " rows");
    long end = LittleEndian.count("the neighbours", neighbours, Integer.BYTES);
    check(
        LittleEndian.longAt(offsets, 0) == 0,
        "the first offset is " + LittleEndian.longAt(offsets, 0));
    check(
        LittleEndian.longAt(offsets, rows) == end,
        "the last offset is "
            + LittleEndian.longAt(offsets, rows)
            + ", there are "
            + end
            + " neighbours");
    check(
        rows == 0 ? entryPoint == -1 : entryPoint >= 0 && entryPoint < rows,
        "the entry point is " + entryPoint + ", there are " + rows + " rows");
    check(
        rows == 0 ? maxLevel == -1 : maxLevel == LittleEndian.intAt(levels, entryPoint) - 1,
        "the highest level is " + maxLevel + ", which is not that of the entry point");
    check(
        efSearch > 0 && efConstruction > 0,
        "efConstruction " + efConstruction + ", efSearch " + efSearch);
    checkRows(cumulative, levels, offsets, steps, maxLevel);
    checkNeighbours(cumulative, levels, offsets, neighbours);
  }

  private static void checkRows(
      MemorySegment cumulative,
      MemorySegment levels,
      MemorySegment offsets,
      int steps,
      int maxLevel) {
    long rows = levels.byteSize() / Integer.BYTES;
    for (int row = 0; row < rows; row++) {
      int on = LittleEndian.intAt(levels, row);
      if (on < 1 || on >= steps || on > maxLevel + 1) {
        int max = Math.min(steps - 1, maxLevel + 1);
        throw new IllegalArgumentException(
            "row " + row + " is on " + on + " levels, expected 1 to " + max);
      }
      long places = LittleEndian.longAt(offsets, row + 1L) - LittleEndian.longAt(offsets, row);
      if (places != LittleEndian.intAt(cumulative, on)) {
        throw new IllegalArgumentException(
            "row "
                + row
                + " has "
                + places
                + " places for neighbours, its "
                + on
                + " levels take "
                + LittleEndian.intAt(cumulative, on));
      }
    }
  }

  private static void checkNeighbours(
      MemorySegment cumulative,
      MemorySegment levels,
      MemorySegment offsets,
      MemorySegment neighbours) {
    long rows = levels.byteSize() / Integer.BYTES;
    for (int row = 0; row < rows; row++) {
      long first = LittleEndian.longAt(offsets, row);
      for (int level = 0; level < LittleEndian.intAt(levels, row); level++) {
        long stop = first + LittleEndian.intAt(cumulative, level + 1L);
        for (long at = first + LittleEndian.intAt(cumulative, level); at < stop; at++) {
          int other = LittleEndian.intAt(neighbours, at);
          if (other != -1
              && (other < 0 || other >= rows || LittleEndian.intAt(levels, other) <= level)) {
            throw new IllegalArgumentException(
                "row "
                    + row
                    + " has the neighbour "
                    + other
                    + " on level "
                    + level
                    + ", where no such row of "
                    + rows
                    + " is");
          }
        }
      }
    }
  }

  /// Returns the number of rows.
  public int rows() {
    return (int) (levels.byteSize() / Integer.BYTES);
  }

  /// On how many levels a row is, 1 or more.
  public int levels(int row) {
    return LittleEndian.intAt(levels, row);
  }

  /// Returns how many neighbours a row can have on a level.
  public int places(int level) {
    return LittleEndian.intAt(cumulative, level + 1L) - LittleEndian.intAt(cumulative, level);
  }

  /// Returns copies a row's neighbours on a level, below [#levels(int)], into `into`.
  ///
  /// @param into of [#places(int)] or more elements
  /// @return how many there are
  public int neighbours(int row, int level, int[] into) {
    long first = LittleEndian.longAt(offsets, row) + LittleEndian.intAt(cumulative, level);
    int places = places(level);
    int count = 0;
    while (count < places) {
      int other = LittleEndian.intAt(neighbours, first + count);
      if (other < 0) {
        break;
      }
      into[count++] = other;
    }
    return count;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
