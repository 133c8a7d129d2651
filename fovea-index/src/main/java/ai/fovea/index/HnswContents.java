package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Parallel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// What an [HnswIndex] consists of: vectors in rows, and a graph of these rows. Numbers are in the
/// machine's byte order.
///
/// In the layout of [IndexFile], the kind's own numbers are 1 where there is a graph (else 0, and
/// no sections), the entry, the count of `upper`, and 1 where the first link of each row leads to
/// its anchor (see `HnswBuilder`; 0 in files of earlier versions, whose rows are given anchors when
/// they are opened); the sections are the levels (a byte each), `lowest`, `upper`, then what
/// searches compare first, in the layout of `StoredCodes`.
///
/// Both segments are read by any thread.
///
/// @param m the number of links on upper levels
/// @param ids of the rows; -1 for a row that is only passed over
/// @param vectors `[N,D]`
/// @param levels the highest level of each row, 0 to 30
/// @param lowest `[N,2m]` int32, the links on level 0; the first -1 ends a row's
/// @param upper the links on levels 1, 2, … of each row that is there, `m` each, row by row; the
///     first -1 ends a list
/// @param entry the row where searches begin; -1 where there is no graph
@SuppressWarnings("ArrayRecordComponent") // never compared; primitive arrays of a million rows
public record HnswContents(
    int m,
    long[] ids,
    MemorySegment vectors,
    byte[] levels,
    MemorySegment lowest,
    int[] upper,
    int entry) {
  static final int HIGHEST_LEVEL = 30;

  /// The place of the number that tells of anchors.
  static final int ANCHORS = 3;

  private static final int CHECKED_ROWS = 1024;

  /// Checks that every number is in range, so that a search can follow them without asking.
  public HnswContents {
    int rows = ids.length;
    Checks.anyThreads(vectors);
    Checks.anyThreads(lowest);
    if (entry == -1) {
      if (levels.length != 0 || lowest.byteSize() != 0 || upper.length != 0) {
        throw new IllegalArgumentException("there are links, and no entry");
      }
    } else {
      require(entry >= 0 && entry < rows, "the entry is row " + entry + " of " + rows);
      require(levels.length == rows, levels.length + " levels for " + rows + " rows");
      require(
          lowest.byteSize() == 2L * m * Integer.BYTES * rows,
          "links on level 0 in " + lowest.byteSize() + " bytes for " + rows + " rows");
      checkLinks(m, levels, lowest, upper);
      for (byte level : levels) {
        if (level > levels[entry]) {
          throw invalid("there is a row above the entry's level " + levels[entry]);
        }
      }
    }
  }

  /// Vectors in rows, linked into a graph however few they are.
  ///
  /// @param vectors `[N,D]`, floats that an index takes; not copied
  public static HnswContents link(
      IndexSettings.Hnsw settings,
      int dimension,
      Metric metric,
      long[] ids,
      MemorySegment vectors) {
    int rows = ids.length;
    Chunks chunks = new Chunks((long) dimension * Float.BYTES, vectors, rows);
    RowView view = new RowView(chunks, ids, RowVersions.all(rows), rows, rows, 0, null);
    if (rows == 0) {
      return new HnswContents(
          settings.m(), ids, vectors, new byte[0], MemorySegment.NULL, new int[0], -1);
    }
    FloatCodes codes = new FloatCodes(metric, Kernels.fastest(), chunks);
    HnswGraph graph = new HnswGraph(settings.m());
    int[] all = view.aliveRows();
    int[] levels = new int[rows];
    Arrays.setAll(levels, row -> HnswIndex.level(row, settings.m()));
    new HnswState(graph, codes, codes, settings.efConstruction()).link(view, all, levels);
    return of(graph, view, all, vectors);
  }

  /// Returns whether there is a graph.
  boolean linked() {
    return entry >= 0;
  }

  private static void checkLinks(int m, byte[] levels, MemorySegment lowest, int[] upper) {
    int rows = levels.length;
    Parallel.ranges(
        rows,
        Parallel.threadsFor(lowest.byteSize()),
        (from, end) -> checkLowest(2 * m, rows, lowest, from, end));
    long at = 0;
    for (int row = 0; row < rows; row++) {
      if (levels[row] < 0 || levels[row] > HIGHEST_LEVEL) {
        throw invalid("row " + row + " is on level " + levels[row]);
      }
      for (int level = 1; level <= levels[row]; level++) {
        if (at + m > upper.length) {
          throw invalid("row " + row + " has no links on level " + level);
        }
        for (int i = 0; i < m; i++, at++) {
          int link = upper[(int) at];
          if (link < -1 || link >= rows || (link >= 0 && levels[link] < level)) {
            throw invalid("row " + row + " has on level " + level + " a link to " + link);
          }
        }
      }
    }
    require(at == upper.length, "there are links of no row");
  }

  private static void checkLowest(int width, int rows, MemorySegment lowest, int from, int end) {
    // Many at a time: plain arrays are read fast before anything is compiled.
    int[] links = new int[Math.min(CHECKED_ROWS, end - from) * width];
    for (int row = from, read; row < end; row += read) {
      read = Math.min(CHECKED_ROWS, end - row);
      int count = read * width;
      long at = (long) row * width * Integer.BYTES;
      MemorySegment.copy(lowest, ValueLayout.JAVA_INT_UNALIGNED, at, links, 0, count);
      for (int i = 0; i < count; i++) {
        if (links[i] < -1 || links[i] >= rows) {
          throw invalid("row " + (row + i / width) + " has a link to " + links[i]);
        }
      }
    }
  }

  /// Returns what a file holds; the vectors are a view of it.
  static HnswContents of(IndexFile.Contents file, int m) {
    if (file.number(0) == 0) {
      return new HnswContents(
          m, file.ids(), file.vectors(), new byte[0], MemorySegment.NULL, new int[0], -1);
    }
    int count = file.number(2);
    long rows = file.rows();
    long lowestAt = file.next() + IndexFile.aligned(rows);
    long lowestBytes = 2L * m * Integer.BYTES * rows;
    long upperAt = lowestAt + IndexFile.aligned(lowestBytes);
    long size = file.bytes().byteSize();
    IndexFile.check(
        count >= 0 && upperAt + (long) count * Integer.BYTES <= size && lowestAt <= size,
        IndexFile.OWN_NUMBERS,
        "the links do not fit in");
    byte[] levels = file.bytes().asSlice(file.next(), rows).toArray(ValueLayout.JAVA_BYTE);
    int[] upper =
        file.bytes()
            .asSlice(upperAt, (long) count * Integer.BYTES)
            .toArray(ValueLayout.JAVA_INT_UNALIGNED);
    return new HnswContents(
        m,
        file.ids(),
        file.vectors(),
        levels,
        file.bytes().asSlice(lowestAt, lowestBytes),
        upper,
        file.number(1));
  }

  /// Returns where what searches compare first lies in a file.
  long codesAt(IndexFile.Contents file) {
    return file.next()
        + IndexFile.aligned(levels.length)
        + IndexFile.aligned(lowest.byteSize())
        + IndexFile.aligned((long) upper.length * Integer.BYTES);
  }

  /// Returns a copy of the graph among `rows`, in their order, whose vectors are `vectors`. Links
  /// to other rows are left out.
  static HnswContents of(HnswGraph graph, RowView view, int[] rows, MemorySegment vectors) {
    int m = graph.m();
    int[] number = new int[view.rows];
    Arrays.fill(number, -1);
    for (int i = 0; i < rows.length; i++) {
      number[rows[i]] = i;
    }
    byte[] levels = new byte[rows.length];
    int lists = 0;
    for (int i = 0; i < rows.length; i++) {
      levels[i] = (byte) graph.level(rows[i]);
      lists += levels[i];
    }
    MemorySegment lowest =
        Arena.ofAuto().allocate(2L * m * Integer.BYTES * rows.length, IndexFile.ALIGNMENT);
    int[] upper = new int[Math.multiplyExact(lists, m)];
    int[] links = new int[2 * m];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      int count = renumbered(graph, rows[i], 0, links, number);
      for (int j = 0; j < 2 * m; j++) {
        lowest.setAtIndex(ValueLayout.JAVA_INT, (long) i * 2 * m + j, j < count ? links[j] : -1);
      }
      for (int level = 1; level <= levels[i]; level++, at += m) {
        count = renumbered(graph, rows[i], level, links, number);
        System.arraycopy(links, 0, upper, at, count);
        Arrays.fill(upper, at + count, at + m, -1);
      }
    }
    long[] ids = new long[rows.length];
    Arrays.setAll(ids, i -> view.alive(rows[i]) ? view.ids[rows[i]] : -1);
    return new HnswContents(
        m, ids, vectors, levels, lowest, upper, entry(levels, number[graph.entry().row()]));
  }

  /// Returns the graph's entry, or another row of the highest level where that was left out.
  private static int entry(byte[] levels, int preferred) {
    int highest = preferred;
    for (int row = 0; preferred < 0 && row < levels.length; row++) {
      highest = highest < 0 || levels[row] > levels[highest] ? row : highest;
    }
    return highest;
  }

  private static int renumbered(HnswGraph graph, int row, int level, int[] links, int[] number) {
    int kept = 0;
    for (int i = 0, all = graph.read(row, level, links); i < all; i++) {
      int link = links[i] < number.length ? number[links[i]] : -1;
      if (link >= 0) {
        links[kept++] = link;
      }
    }
    return kept;
  }

  /// Returns how many bytes the sections take, without the codes.
  long sectionBytes() {
    return linked()
        ? IndexFile.aligned(levels.length)
            + IndexFile.aligned(lowest.byteSize())
            + IndexFile.aligned((long) upper.length * Integer.BYTES)
        : 0;
  }

  void writeSections(IndexOutput out) throws IOException {
    if (linked()) {
      out.bytes(MemorySegment.ofArray(levels));
      out.align();
      out.bytes(lowest);
      out.align();
      for (int link : upper) {
        out.number(link);
      }
      out.align();
    }
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw invalid(otherwise);
    }
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException("not a valid graph: " + what);
  }
}
