package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.LongIntMap;
import ai.fovea.index.internal.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// What indexes have in common whose vectors lie in numbered rows.
///
/// Readers never wait. A change writes rows that no version shows yet, notes at which version a row
/// is born and at which it dies (an update is both, at the same one), then publishes that version;
/// a search takes the newest version and looks at the rows that are alive in it.
///
/// Vectors lie outside the Java heap (see the notes at the class `Chunks`) and take 4D bytes each;
/// ids and versions take 24 more, the way from ids to rows at most 48 once it is needed.
abstract sealed class RowIndex implements VectorIndex permits FlatIndex, HnswIndex, IvfIndex {
  final int dimension;
  final Metric metric;
  final Kernels kernels;
  // Made when it is first needed, which it never is where an opened index is only searched.
  private @Nullable LongIntMap rowOf;
  // Writers hold this object's monitor; readers take `view`, whose volatile write publishes the
  // rows before it.
  private volatile @Nullable RowView view;

  RowIndex(int dimension, Metric metric, Kernels kernels) {
    Checks.dimension(dimension);
    this.dimension = dimension;
    this.metric = metric;
    this.kernels = kernels;
    this.view =
        new RowView(
            new Chunks((long) dimension * Float.BYTES),
            new long[0],
            RowVersions.none(0),
            0,
            0,
            0,
            null);
  }

  /// Takes `ids.length` rows that lie in `vectors`.
  ///
  /// @param gaps whether a row with the id -1 holds nothing; otherwise there must be none
  RowIndex(int dimension, Metric metric, long[] ids, MemorySegment vectors, boolean gaps) {
    this(dimension, metric, Kernels.fastest());
    long bytes = (long) dimension * Float.BYTES;
    if (vectors.byteSize() != bytes * ids.length) {
      throw new IllegalArgumentException(
          ids.length + " vectors of " + dimension + " values in " + vectors.byteSize() + " bytes");
    }
    RowVersions versions = RowVersions.none(ids.length);
    int live = 0;
    // Ids that ascend, as they mostly do, can't be there twice.
    LongIntMap seen = ascending(ids) ? null : new LongIntMap(ids.length);
    for (int row = 0; row < ids.length; row++) {
      long id = ids[row];
      if (gaps && id == -1) {
        continue;
      }
      if (id < 0 || (seen != null && seen.get(id) >= 0)) {
        throw new IllegalArgumentException(
            "not a valid index: row "
                + row
                + " has the id "
                + id
                + ", expected 0 or greater, once");
      }
      if (seen != null) {
        seen.put(id, row);
      }
      versions.begin(row, 0);
      live++;
    }
    rowOf = seen;
    view =
        new RowView(
            new Chunks(bytes, vectors, ids.length), ids, versions, ids.length, live, 0, null);
  }

  /// Returns whether each id is greater than the ones before it; -1 stands for none.
  private static boolean ascending(long[] ids) {
    long greatest = -1;
    for (long id : ids) {
      if (id <= greatest && id != -1) {
        return false;
      }
      greatest = Math.max(greatest, id);
    }
    return true;
  }

  @Override
  public final int dimension() {
    return dimension;
  }

  @Override
  public final Metric metric() {
    return metric;
  }

  @Override
  public final int size() {
    return open().live;
  }

  @Override
  public final synchronized boolean contains(long id) {
    return id >= 0 && rowOf().get(id) >= 0;
  }

  @Override
  public final synchronized long[] ids() {
    RowView now = open();
    long[] ids = new long[now.live];
    int count = 0;
    boolean ascending = true;
    for (int row : now.aliveRows()) {
      ids[count] = now.ids[row];
      ascending &= count == 0 || ids[count - 1] < ids[count];
      count++;
    }
    if (!ascending) {
      Arrays.sort(ids);
    }
    return ids;
  }

  @Override
  public final synchronized float[] vector(long id) {
    return open().chunks.readFloats(row(id));
  }

  @Override
  public final synchronized void addAll(long[] ids, float[][] vectors) {
    RowView before = open();
    Checks.additions(ids, vectors, dimension, id -> rowOf().get(id) >= 0);
    place(before, ids, vectors, new int[0]);
  }

  @Override
  public final synchronized void update(long id, float[] vector) {
    RowView before = open();
    int old = row(id);
    Checks.replacement(id, vector, dimension);
    place(before, new long[] {id}, new float[][] {vector}, new int[] {old});
  }

  @Override
  public final synchronized void removeAll(long[] ids) {
    RowView before = open();
    LongIntMap rows = rowOf();
    Checks.removals(ids, id -> id >= 0 && rows.get(id) >= 0);
    for (long id : ids) {
      before.versions.end(rows.get(id), before.version + 1);
      rows.remove(id);
    }
    publish(
        new RowView(
            before.chunks,
            before.ids,
            before.versions,
            before.rows,
            before.live - ids.length,
            before.version + 1,
            before.structure));
    changed(ids.length);
  }

  @Override
  public List<List<Hit>> searchExactly(float[][] queries, Search search) {
    RowView now = open();
    Checks.queries(queries, dimension);
    TopK[] best = best(queries.length, search.k());
    new ExactScan(now, metric, kernels, dimension).batch(queries, search, best);
    return drain(best);
  }

  @Override
  public synchronized void close() {
    view = null;
    rowOf = null;
  }

  /// Returns the rows in which vectors are to be written; those from [RowView#rows] on are new.
  int[] rowsFor(RowView before, float[][] vectors) {
    int[] rows = new int[vectors.length];
    Arrays.setAll(rows, i -> Math.addExact(before.rows, i));
    return rows;
  }

  /// Called with rows that were written, before they are published with `next`; what searches in it
  /// are aided by.
  abstract RowView.@Nullable SearchStructure link(RowView next, int[] rows);

  /// Called after so many vectors were added, replaced or removed: the time to tidy up.
  abstract void changed(int count);

  /// Returns how many rows are stored, dead ones included.
  final int rows() {
    return open().rows;
  }

  final RowView open() {
    RowView now = view;
    if (now == null) {
      throw new IllegalStateException("the index was closed");
    }
    return now;
  }

  final void publish(RowView next) {
    view = next;
  }

  private LongIntMap rowOf() {
    RowView now = open();
    LongIntMap map = rowOf;
    if (map == null) {
      // Nothing was changed yet, as changes ask for it first: what has an id is alive.
      map = new LongIntMap(now.live);
      for (int row = 0; row < now.rows; row++) {
        if (now.ids[row] >= 0) {
          map.put(now.ids[row], row);
        }
      }
      rowOf = map;
    }
    return map;
  }

  final int row(long id) {
    int row = id < 0 ? -1 : rowOf().get(id);
    if (row < 0) {
      throw new NoSuchElementException("no vector has the id " + id);
    }
    return row;
  }

  final TopK[] best(int queries, int k) {
    TopK[] best = new TopK[queries];
    Arrays.setAll(best, q -> new TopK(metric, k));
    return best;
  }

  static List<List<Hit>> drain(TopK[] best) {
    return Arrays.stream(best).map(TopK::drain).toList();
  }

  private void place(RowView before, long[] ids, float[][] vectors, int[] dying) {
    int[] rows = rowsFor(before, vectors);
    int end = before.rows;
    for (int row : rows) {
      end = Math.max(end, Math.addExact(row, 1));
    }
    long[] rowIds = room(before.ids, end);
    RowVersions versions = before.versions.grown(end);
    long version = before.version + 1;
    boolean done = false;
    try {
      for (int i = 0; i < rows.length; i++) {
        versions.begin(rows[i], version);
        rowIds[rows[i]] = ids[i];
        before.chunks.write(rows[i], vectors[i]);
      }
      RowView next =
          new RowView(
              before.chunks,
              rowIds,
              versions,
              end,
              before.live + ids.length - dying.length,
              version,
              before.structure);
      RowView.SearchStructure structure = link(next, rows);
      LongIntMap map = rowOf();
      for (int i = 0; i < rows.length; i++) {
        map.put(ids[i], rows[i]);
      }
      for (int row : dying) {
        versions.end(row, version);
      }
      publish(new RowView(next.chunks, rowIds, versions, next.rows, next.live, version, structure));
      done = true;
    } finally {
      if (!done) {
        for (int row : rows) {
          versions.end(row, 0);
        }
      }
    }
    changed(ids.length);
  }

  /// Returns the next version: copies of some living rows in the order of `rows`, which are all of
  /// them, without a search structure.
  final RowView rearranged(RowView from, int[] rows) {
    Chunks to = new Chunks((long) dimension * Float.BYTES);
    LongIntMap rowsNow = new LongIntMap();
    long[] ids = new long[rows.length];
    for (int row = 0; row < rows.length; row++) {
      to.write(row, from.chunks.readFloats(rows[row]));
      ids[row] = from.ids[rows[row]];
      rowsNow.put(ids[row], row);
    }
    rowOf = rowsNow;
    return new RowView(
        to, ids, RowVersions.all(rows.length), rows.length, rows.length, from.version + 1, null);
  }

  private static long[] room(long[] of, int rows) {
    return rows <= of.length ? of : Arrays.copyOf(of, Math.max(rows, of.length + of.length / 2));
  }
}
