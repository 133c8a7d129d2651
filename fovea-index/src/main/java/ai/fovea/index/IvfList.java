package ai.fovea.index;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// The rows of one list of an [IvfIndex]: a few runs of rows one after another, each half as long
/// as all before it together, so that growing moves nothing.
///
/// Readers take [#runs()] as they are at a moment. Rows in them may be newer than the version that
/// they search, or dead; the version tells.
final class IvfList {
  private static final int SHORTEST = 16;

  // Where each run begins and ends, by turns; replaced, never changed.
  private volatile int[] runs;
  // What only the writer looks at: how many rows there are, and up to where the last run may grow.
  private int size;
  private int room;

  /// Of the rows from `from` (inclusive) to `to` (exclusive).
  IvfList(int from, int to) {
    this.runs = from == to ? new int[0] : new int[] {from, to};
    this.size = to - from;
    this.room = to;
  }

  /// Returns where each run begins (inclusive) and ends (exclusive), by turns.
  int[] runs() {
    return runs;
  }

  /// Takes `count` more rows, and puts their numbers into `rows` at the places that `members` gives
  /// from `from` on.
  ///
  /// @param reserve sets aside so many rows one after another, and tells the first
  void grow(int count, IntUnaryOperator reserve, int[] rows, int[] members, int from) {
    int[] grown = runs.clone();
    for (int taken = 0; taken < count; ) {
      int last = grown.length - 1;
      if (last < 0 || grown[last] == room) {
        int more = Math.max(count - taken, Math.max(SHORTEST, size / 2));
        int start = reserve.applyAsInt(more);
        if (last < 0 || start != room) {
          grown = Arrays.copyOf(grown, grown.length + 2);
          last += 2;
          grown[last - 1] = start;
          grown[last] = start;
        }
        room = start + more;
      }
      int now = Math.min(count - taken, room - grown[last]);
      for (int i = 0; i < now; i++) {
        rows[members[from + taken + i]] = grown[last]++;
      }
      taken += now;
      size += now;
    }
    runs = grown;
  }
}
