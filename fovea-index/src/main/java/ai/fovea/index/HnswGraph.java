package ai.fovea.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The links of an HNSW graph: on level 0 a list of at most 2m rows for each row, outside the Java
/// heap; above it lists of at most m for the few rows that are there. A list ends at the first -1
/// or where it is full.
///
/// Readers may read lists that are being changed: they may see some of the old links and some of
/// the new. All of them are rows; one that a reader's version does not show is not looked at.
final class HnswGraph {
  private static final int NONE = -1;

  /// Where searches begin: a row on the highest level.
  ///
  /// @param row -1 for an empty graph
  /// @param level its level, 0 or greater
  record Entry(int row, int level) {}

  private final int m;
  private final Chunks lowest;
  // Of each row the lists of level 1, 2 … one after another, m numbers each; null for a row on
  // level
  // 0 only.
  private volatile int[] @Nullable [] upper = new int[0][];
  private volatile Entry entry = new Entry(NONE, 0);
  private volatile int end;
  // A bit for each row that is a copy of another, where walks ask for it: a list would have to be
  // fetched for each answer. Made when it is needed first.
  private volatile long @Nullable [] copies;
  // Writers only.
  private final BitSet placed = new BitSet();

  HnswGraph(int m) {
    this.m = m;
    this.lowest = new Chunks(2L * m * Integer.BYTES);
  }

  /// The graph of some contents, in memory of its own.
  HnswGraph(HnswContents contents) {
    this.m = contents.m();
    int rows = contents.ids().length;
    this.lowest = Chunks.copyOf(contents.lowest(), 2L * m * Integer.BYTES, rows);
    int[][] lists = new int[rows][];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      int length = contents.levels()[row] * m;
      if (length > 0) {
        lists[row] = Arrays.copyOfRange(contents.upper(), at, at + length);
        at += length;
      }
    }
    this.upper = lists;
    this.end = rows;
    this.placed.set(0, rows);
    this.entry = new Entry(contents.entry(), contents.levels()[contents.entry()]);
  }

  int m() {
    return m;
  }

  /// Returns how many links a list of a level can hold.
  int width(int level) {
    return level == 0 ? 2 * m : m;
  }

  Entry entry() {
    return entry;
  }

  /// Behind the last row that was placed. A row that is the entry was placed before: ask for the
  /// entry first.
  int end() {
    return end;
  }

  void enterAt(int row, int level) {
    entry = new Entry(row, level);
  }

  /// Returns the highest level of a row.
  int level(int row) {
    int[] lists = row < upper.length ? upper[row] : null;
    return lists == null ? 0 : lists.length / m;
  }

  /// Gives a row empty lists on the levels up to `level`.
  void place(int row, int level) {
    if (row >= upper.length) {
      upper = Arrays.copyOf(upper, Math.max(row + 1, upper.length + upper.length / 2));
    }
    lowest.reserve(row);
    if (level == 0) {
      upper[row] = null;
    } else {
      int[] lists = new int[level * m];
      Arrays.fill(lists, NONE);
      upper[row] = lists;
    }
    set(row, 0, new int[0], 0);
    clearCopy(row);
    placed.set(row);
    end = Math.max(end, row + 1);
  }

  /// Takes a row from all levels but the lowest, as long as no link leads to it there.
  void lower(int row) {
    upper[row] = null;
  }

  /// Returns whether a row has a place, dead or alive. For writers.
  boolean holds(int row) {
    return placed.get(row);
  }

  /// Returns how many rows have a place. For writers.
  int size() {
    return placed.cardinality();
  }

  /// Returns copies the list of a row into `to`, which has room for the longest; the number of
  /// links.
  int read(int row, int level, int[] to) {
    readToEnd(row, level, to);
    int count = 0;
    for (int width = width(level); count < width && to[count] >= 0; ) {
      count++;
    }
    return count;
  }

  /// As [#read], without counting: the links end at the first negative number, or where the list is
  /// full.
  void readToEnd(int row, int level, int[] to) {
    if (level == 0) {
      int chunk = lowest.chunk(row);
      MemorySegment lists = lowest.segments()[chunk];
      MemorySegment.copy(lists, ValueLayout.JAVA_INT, lowest.offset(row, chunk), to, 0, 2 * m);
      return;
    }
    int[] lists = row < upper.length ? upper[row] : null;
    if (lists == null || lists.length < level * m) {
      // The row was put to another use meanwhile.
      to[0] = NONE;
      return;
    }
    System.arraycopy(lists, (level - 1) * m, to, 0, m);
    to[m] = NONE;
  }

  /// Returns the first link of a row: its anchor, or -1.
  int anchor(int row, int level) {
    if (level == 0) {
      int chunk = lowest.chunk(row);
      return lowest.segments()[chunk].get(ValueLayout.JAVA_INT, lowest.offset(row, chunk));
    }
    int[] lists = row < upper.length ? upper[row] : null;
    return lists == null || lists.length < level * m ? NONE : lists[(level - 1) * m];
  }

  /// Returns whether a row holds the same vector as its anchor.
  boolean isCopy(int row) {
    int chunk = lowest.chunk(row);
    MemorySegment lists = lowest.segments()[chunk];
    long at = lowest.offset(row, chunk);
    int anchor = lists.get(ValueLayout.JAVA_INT, at);
    return anchor >= 0 && anchor == lists.get(ValueLayout.JAVA_INT, at + Integer.BYTES);
  }

  /// Notes that a row is about to become a copy. For one thread at a time.
  void noteCopy(int row) {
    copies()[row >> 6] |= 1L << row;
  }

  /// Returns the rows that are copies, a bit each, of those that were placed when this was asked
  /// for.
  long[] copies() {
    long[] bits = copies;
    if (bits == null) {
      synchronized (placed) {
        bits = copies;
        if (bits == null) {
          bits = new long[Math.max(1, (end + 63) >> 6)];
          for (int row = 0; row < end; row++) {
            bits[row >> 6] |= isCopy(row) ? 1L << row : 0;
          }
          copies = bits;
        }
      }
    }
    return bits;
  }

  private void clearCopy(int row) {
    long[] bits = copies;
    if (bits == null) {
      return;
    }
    if (row >> 6 >= bits.length) {
      copies = Arrays.copyOf(bits, Math.max((row >> 6) + 1, bits.length + bits.length / 2));
    } else {
      bits[row >> 6] &= ~(1L << row);
    }
  }

  /// Reads a little of a row's list on level 0, so that it is near when it is needed.
  void touch(int row) {
    int chunk = lowest.chunk(row);
    MemorySegment lists = lowest.segments()[chunk];
    long at = lowest.offset(row, chunk);
    int seen = 0;
    for (int line = 0; line < 8 * m; line += 64) {
      seen |= lists.get(ValueLayout.JAVA_INT, at + line);
    }
    if (seen == Integer.MIN_VALUE) {
      // Never so, which the compiler does not know: it has to read.
      throw new IllegalStateException("row " + row + " has a link that is none");
    }
  }

  /// Replaces the list of a row.
  void set(int row, int level, int[] links, int count) {
    int width = width(level);
    if (level == 0) {
      int chunk = lowest.chunk(row);
      MemorySegment lists = lowest.segments()[chunk];
      long at = lowest.offset(row, chunk);
      for (int i = 0; i < width; i++) {
        lists.set(ValueLayout.JAVA_INT, at + (long) i * Integer.BYTES, i < count ? links[i] : NONE);
      }
    } else {
      int[] lists = listsOf(row);
      int start = (level - 1) * m;
      System.arraycopy(links, 0, lists, start, count);
      Arrays.fill(lists, start + count, start + m, NONE);
    }
  }

  /// Appends to a list of `count` links, which has room for one more.
  void append(int row, int level, int count, int link) {
    if (level == 0) {
      int chunk = lowest.chunk(row);
      lowest.segments()[chunk].set(
          ValueLayout.JAVA_INT, lowest.offset(row, chunk) + (long) count * Integer.BYTES, link);
    } else {
      listsOf(row)[(level - 1) * m + count] = link;
    }
  }

  private int[] listsOf(int row) {
    int[] lists = upper[row];
    if (lists == null) {
      throw new IllegalStateException("row " + row + " is on level 0 only");
    }
    return lists;
  }
}
