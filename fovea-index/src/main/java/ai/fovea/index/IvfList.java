package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Slabs;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongPredicate;

/// One list of an [IvfIndex] at one version: rows of floats that lie together in a few parts, each as large as all before it,
/// so that growing moves nothing.
///
/// Versions share their arrays. A later one only adds rows behind those that an earlier one looks at, and notes deaths
/// with its own version, which the earlier one takes for the future.
final class IvfList {
  private static final long ALIVE = Long.MAX_VALUE;
  private static final int SMALLEST_PART = 16;

  private final int dimension;
  // Part p holds the rows from starts[p] to starts[p + 1].
  private final MemorySegment[] parts;
  private final int[] starts;
  private final long[] ids;
  private final long[] diedAt;
  private final int rows;
  private final int dead;

  private IvfList(
      int dimension,
      MemorySegment[] parts,
      int[] starts,
      long[] ids,
      long[] diedAt,
      int rows,
      int dead) {
    this.dimension = dimension;
    this.parts = parts;
    this.starts = starts;
    this.ids = ids;
    this.diedAt = diedAt;
    this.rows = rows;
    this.dead = dead;
  }

  /// Without rows.
  static IvfList empty(int dimension) {
    return new IvfList(dimension, new MemorySegment[0], new int[1], new long[0], new long[0], 0, 0);
  }

  /// Of the rows `[N,D]` in `vectors`, which are not copied.
  static IvfList of(int dimension, MemorySegment vectors, long[] ids) {
    if (ids.length == 0) {
      return empty(dimension);
    }
    long[] diedAt = new long[ids.length];
    Arrays.fill(diedAt, ALIVE);
    return new IvfList(
        dimension,
        new MemorySegment[] {vectors},
        new int[] {0, ids.length},
        ids,
        diedAt,
        ids.length,
        0);
  }

  /// How many rows there are, dead ones included.
  int rows() {
    return rows;
  }

  int dead() {
    return dead;
  }

  long id(int row) {
    return ids[row];
  }

  /// Whether a row is alive in the version to which this list belongs.
  boolean alive(int row, long version) {
    return diedAt[row] > version;
  }

  float[] vector(int row) {
    float[] out = new float[dimension];
    int part = part(row);
    MemorySegment.copy(
        parts[part],
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        offset(row - starts[part]),
        out,
        0,
        dimension);
    return out;
  }

  /// This list with `n` more rows: those of `vectors` and `newIds` whose numbers `which` gives, from `from` on.
  IvfList plus(Slabs slabs, long[] newIds, float[][] vectors, int[] which, int from, int n) {
    IvfList room = withRoom(slabs, n);
    for (int i = 0; i < n; i++) {
      int row = rows + i;
      int part = room.part(row);
      MemorySegment.copy(
          vectors[which[from + i]],
          0,
          room.parts[part],
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          offset(row - room.starts[part]),
          dimension);
      room.ids[row] = newIds[which[from + i]];
      room.diedAt[row] = ALIVE;
    }
    return new IvfList(dimension, room.parts, room.starts, room.ids, room.diedAt, rows + n, dead);
  }

  /// This list without a row, from `version` on.
  IvfList without(int row, long version) {
    diedAt[row] = version;
    return new IvfList(dimension, parts, starts, ids, diedAt, rows, dead + 1);
  }

  /// The living rows of `version` alone, copied together.
  IvfList compacted(Slabs slabs, long version) {
    int live = rows - dead;
    IvfList to = empty(dimension).withRoom(slabs, live);
    int next = 0;
    for (int row = 0; row < rows; row++) {
      if (alive(row, version)) {
        int part = to.part(next);
        int mine = part(row);
        MemorySegment.copy(
            parts[mine],
            offset(row - starts[mine]),
            to.parts[part],
            offset(next - to.starts[part]),
            offset(1));
        to.ids[next] = ids[row];
        to.diedAt[next] = ALIVE;
        next++;
      }
    }
    return new IvfList(dimension, to.parts, to.starts, to.ids, to.diedAt, live, 0);
  }

  /// Offers all rows that are alive in `version` to some queries, in blocks of rows that stay in the first cache levels
  /// while the queries pass over them.
  ///
  /// @param which the numbers of the queries, from `from` (inclusive) to `to` (exclusive)
  /// @param scores of at least [#block(int)] elements
  void scan(
      Kernels kernels,
      Metric metric,
      float[][] queries,
      int[] which,
      int from,
      int to,
      TopK[] best,
      long version,
      LongPredicate wanted,
      float[] scores) {
    int block = block(dimension);
    for (int part = 0; part < parts.length; part++) {
      int end = Math.min(rows, starts[part + 1]) - starts[part];
      for (int first = 0; first < end; first += block) {
        int count = Math.min(block, end - first);
        for (int i = from; i < to; i++) {
          int q = which[i];
          switch (metric) {
            case INNER_PRODUCT -> kernels.dot(queries[q], parts[part], first, count, scores);
            case L2 -> kernels.squaredDistance(queries[q], parts[part], first, count, scores);
          }
          keep(metric, best[q], starts[part] + first, count, version, wanted, scores);
        }
      }
    }
  }

  /// Offers all rows that are alive in `version` to a pack of queries, roughly: sums come in another order than for one query.
  /// What is kept remembers its row, counted from `base`.
  ///
  /// @param rough of each query in the pack
  /// @param bounds the score that a row has to reach for each place in the pack
  /// @param scores of at least [#block(int)] elements for each place in the pack
  void scanPacked(
      Kernels kernels,
      Metric metric,
      float[] packed,
      TopK[] rough,
      float[] bounds,
      int base,
      long version,
      LongPredicate wanted,
      float[] scores) {
    int block = block(dimension);
    int width = kernels.width();
    boolean greater = metric.greaterIsBetter();
    for (int part = 0; part < parts.length; part++) {
      int end = Math.min(rows, starts[part + 1]) - starts[part];
      for (int first = 0; first < end; first += block) {
        int count = Math.min(block, end - first);
        switch (metric) {
          case INNER_PRODUCT ->
              kernels.dotPacked(packed, dimension, parts[part], first, count, scores);
          case L2 ->
              kernels.squaredDistancePacked(packed, dimension, parts[part], first, count, scores);
        }
        for (int i = 0; i < count; i++) {
          int at = i * width;
          int row = starts[part] + first + i;
          long found =
              greater ? kernels.atLeast(scores, at, bounds) : kernels.atMost(scores, at, bounds);
          for (; found != 0; found &= found - 1) {
            int lane = Long.numberOfTrailingZeros(found);
            float score = scores[at + lane];
            if (rough[lane].wants(metric.merit(score), ids[row])
                && alive(row, version)
                && wanted.test(ids[row])) {
              rough[lane].offer(score, ids[row], base + row);
              bounds[lane] = metric.merit(rough[lane].floor());
            }
          }
        }
      }
    }
  }

  /// The score of one row against a query.
  float score(Kernels kernels, Metric metric, float[] query, int row, float[] scores) {
    int part = part(row);
    switch (metric) {
      case INNER_PRODUCT -> kernels.dot(query, parts[part], row - starts[part], 1, scores);
      case L2 -> kernels.squaredDistance(query, parts[part], row - starts[part], 1, scores);
    }
    return scores[0];
  }

  /// How many rows are compared at once.
  static int block(int dimension) {
    return Math.max(8, (1 << 13) / dimension & ~3);
  }

  private void keep(
      Metric metric,
      TopK best,
      int firstRow,
      int count,
      long version,
      LongPredicate wanted,
      float[] scores) {
    boolean greater = metric.greaterIsBetter();
    float floor = best.floor();
    for (int i = 0; i < count; i++) {
      float merit = greater ? scores[i] : -scores[i];
      if (merit < floor) {
        continue;
      }
      long id = ids[firstRow + i];
      // The predicate is the caller's and may be slow: it is asked last, about what would otherwise
      // be kept.
      if (best.wants(merit, id) && alive(firstRow + i, version) && wanted.test(id)) {
        best.offer(scores[i], id);
        floor = best.floor();
      }
    }
  }

  private IvfList withRoom(Slabs slabs, int more) {
    int needed = Math.addExact(rows, more);
    int capacity = starts[parts.length];
    if (needed <= capacity) {
      return this;
    }
    // Twice as much as before, but no more than asked for where all comes at once.
    int grown =
        capacity == 0
            ? needed
            : Math.max(
                needed,
                Math.max(
                    capacity + SMALLEST_PART,
                    (int) Math.min(2L * capacity, Integer.MAX_VALUE - 8)));
    MemorySegment[] moreParts = Arrays.copyOf(parts, parts.length + 1);
    int[] moreStarts = Arrays.copyOf(starts, starts.length + 1);
    moreParts[parts.length] = slabs.rows(grown - capacity);
    moreStarts[moreParts.length] = grown;
    return new IvfList(
        dimension,
        moreParts,
        moreStarts,
        Arrays.copyOf(ids, grown),
        Arrays.copyOf(diedAt, grown),
        rows,
        dead);
  }

  private int part(int row) {
    int part = 0;
    while (starts[part + 1] <= row) {
      part++;
    }
    return part;
  }

  private long offset(int rowInPart) {
    return (long) rowInPart * dimension * Float.BYTES;
  }
}
