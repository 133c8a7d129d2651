package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.LongIntMap;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.Problems;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Compares a query with every vector: exact, at the speed at which memory can be read.
///
/// Readers never wait. Rows are only ever appended; a removal notes at which version of the index a row died, an update
/// appends the new row and lets the old one die at the same version. A search takes the newest version
/// and looks at the rows that were alive in it. Once more rows are dead than alive, the living are copied
/// together; searches under way keep the old rows.
///
/// Vectors lie outside the Java heap (see the notes at the class `Chunks`) and take `4D + 16` bytes each, their ids
/// at most 48 more.
public final class FlatIndex implements VectorIndex {
  private static final int LONGEST_VECTOR = 1 << 16;
  private static final int BLOCK_FLOATS = 1 << 14;
  private static final int TOLERATED_DEAD = 1024;
  private static final long ALIVE = Long.MAX_VALUE;

  private final int dimension;
  private final Metric metric;
  private final Kernels kernels;
  // Writers hold this object's monitor; readers take `state`, whose volatile write publishes the
  // rows before it.
  private Chunks chunks;
  private LongIntMap rowOf = new LongIntMap();
  private volatile @Nullable State state;

  /// One version of the index. Arrays are shared between versions: a version looks at its first `rows` rows only.
  private static final class State {
    final Chunks chunks;
    final MemorySegment[] segments;
    final long[] ids;
    final long[] diedAt;
    final int rows;
    final int live;
    final long version;

    State(Chunks chunks, long[] ids, long[] diedAt, int rows, int live, long version) {
      this.chunks = chunks;
      this.segments = chunks.segments();
      this.ids = ids;
      this.diedAt = diedAt;
      this.rows = rows;
      this.live = live;
      this.version = version;
    }

    boolean alive(int row) {
      return diedAt[row] > version;
    }
  }

  /// An empty index of vectors with `dimension` (1 to 65536) values.
  public FlatIndex(int dimension, Metric metric) {
    this(dimension, metric, Kernels.fastest());
  }

  /// The index that a file holds.
  ///
  /// @throws IllegalArgumentException for an id that is there twice
  FlatIndex(IndexFile.Contents file) {
    this(file.dimension(), file.metric(), Kernels.fastest());
    long[] ids = file.ids();
    long[] diedAt = new long[ids.length];
    Arrays.fill(diedAt, ALIVE);
    for (int row = 0; row < ids.length; row++) {
      IndexFile.check(
          ids[row] >= 0 && rowOf.get(ids[row]) < 0, file.next(), "row " + row + ": id " + ids[row]);
      rowOf.put(ids[row], row);
    }
    chunks = new Chunks((long) dimension * Float.BYTES, file.vectors(), ids.length);
    state = new State(chunks, ids, diedAt, ids.length, ids.length, 0);
  }

  FlatIndex(int dimension, Metric metric, Kernels kernels) {
    if (dimension < 1 || dimension > LONGEST_VECTOR) {
      throw new IllegalArgumentException(
          "dimension " + dimension + ": expected 1 to " + LONGEST_VECTOR + " values in a vector");
    }
    this.dimension = dimension;
    this.metric = metric;
    this.kernels = kernels;
    this.chunks = new Chunks((long) dimension * Float.BYTES);
    this.state = new State(chunks, new long[0], new long[0], 0, 0, 0);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public IndexSettings settings() {
    return IndexSettings.FLAT;
  }

  @Override
  public int size() {
    return open().live;
  }

  @Override
  public synchronized boolean contains(long id) {
    open();
    return id >= 0 && rowOf.get(id) >= 0;
  }

  @Override
  public synchronized float[] vector(long id) {
    open();
    return chunks.readFloats(row(id));
  }

  @Override
  public synchronized void addAll(long[] ids, float[][] vectors) {
    State before = open();
    checkAdditions(ids, vectors);
    int rows = Math.addExact(before.rows, ids.length);
    long[] rowIds = room(before.ids, rows);
    long[] diedAt = room(before.diedAt, rows);
    // First all that may run out of memory; a failure here leaves nothing that counts.
    for (int i = 0; i < ids.length; i++) {
      chunks.write(before.rows + i, vectors[i]);
    }
    for (int i = 0; i < ids.length; i++) {
      int row = before.rows + i;
      rowIds[row] = ids[i];
      diedAt[row] = ALIVE;
      rowOf.put(ids[i], row);
    }
    state = new State(chunks, rowIds, diedAt, rows, before.live + ids.length, before.version + 1);
  }

  @Override
  public synchronized void update(long id, float[] vector) {
    State before = open();
    int old = row(id);
    VectorCheck.problem(vector, dimension)
        .ifPresent(problem -> {
          throw new IllegalArgumentException("vector of id " + id + ": " + problem);
        });
    int rows = Math.addExact(before.rows, 1);
    long[] rowIds = room(before.ids, rows);
    long[] diedAt = room(before.diedAt, rows);
    chunks.write(before.rows, vector);
    rowIds[before.rows] = id;
    diedAt[before.rows] = ALIVE;
    diedAt[old] = before.version + 1;
    rowOf.put(id, before.rows);
    publish(new State(chunks, rowIds, diedAt, rows, before.live, before.version + 1));
  }

  @Override
  public synchronized void removeAll(long[] ids) {
    State before = open();
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      row(ids[i]);
      Integer earlier = seen.putIfAbsent(ids[i], i);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "id " + ids[i] + " is to be removed twice: at " + earlier + " and " + i);
      }
    }
    for (long id : ids) {
      before.diedAt[rowOf.get(id)] = before.version + 1;
      rowOf.remove(id);
    }
    publish(
        new State(
            chunks,
            before.ids,
            before.diedAt,
            before.rows,
            before.live - ids.length,
            before.version + 1));
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    State now = open();
    checkQueries(queries);
    TopK[] best =
        Stream.generate(() -> new TopK(metric, search.k()))
            .limit(queries.length)
            .toArray(TopK[]::new);
    Parallel.ranges(
        queries.length,
        search.threads(),
        (from, to) -> scan(now, queries, from, to, best, search.wanted()));
    return Arrays.stream(best).map(TopK::drain).toList();
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    State now = open();
    checkQueries(new float[][] {query});
    TopK best = TopK.reaching(metric, search.k(), threshold);
    scan(now, new float[][] {query}, 0, 1, new TopK[] {best}, search.wanted());
    return best.drain();
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    State now = open();
    IndexOutput out = new IndexOutput(to);
    out.header(settings(), dimension, metric, now.live, new int[0], 0);
    for (int row = 0; row < now.rows; row++) {
      if (now.alive(row)) {
        out.floats(chunks.readFloats(row));
      }
    }
    out.align();
    for (int row = 0; row < now.rows; row++) {
      if (now.alive(row)) {
        out.number(now.ids[row]);
      }
    }
    out.align();
  }

  @Override
  public synchronized void close() {
    state = null;
    chunks = new Chunks((long) dimension * Float.BYTES);
    rowOf = new LongIntMap();
  }

  /// How many rows are stored, dead ones included.
  int rows() {
    return open().rows;
  }

  /// Offers all rows to the queries `from` (inclusive) to `to` (exclusive), in blocks of rows that stay in the first cache
  /// levels while the queries pass over them.
  private void scan(
      State now, float[][] queries, int from, int to, TopK[] best, LongPredicate wanted) {
    int block = Math.max(8, BLOCK_FLOATS / dimension);
    float[] scores = new float[block];
    for (int chunk = 0; chunk < now.segments.length; chunk++) {
      int start = now.chunks.start(chunk);
      int end = Math.min(now.rows - start, now.chunks.rows(chunk));
      for (int first = 0; first < end; first += block) {
        int count = Math.min(block, end - first);
        for (int q = from; q < to; q++) {
          score(queries[q], now.segments[chunk], first, count, scores);
          keep(best[q], now, start + first, count, scores, wanted);
        }
      }
    }
  }

  private void score(float[] query, MemorySegment rows, int first, int count, float[] scores) {
    switch (metric) {
      case INNER_PRODUCT -> kernels.dot(query, rows, first, count, scores);
      case L2 -> kernels.squaredDistance(query, rows, first, count, scores);
    }
  }

  private void keep(
      TopK best, State now, int firstRow, int count, float[] scores, LongPredicate wanted) {
    boolean greater = metric.greaterIsBetter();
    float floor = best.floor();
    for (int i = 0; i < count; i++) {
      float merit = greater ? scores[i] : -scores[i];
      if (merit < floor) {
        continue;
      }
      int row = firstRow + i;
      long id = now.ids[row];
      // The predicate is the caller's and may be slow: it is asked last, about what would otherwise
      // be kept.
      if (best.wants(merit, id) && now.alive(row) && wanted.test(id)) {
        best.offer(scores[i], id);
        floor = best.floor();
      }
    }
  }

  private void publish(State next) {
    int dead = next.rows - next.live;
    state = dead > Math.max(TOLERATED_DEAD, next.live) ? compacted(next) : next;
  }

  private State compacted(State from) {
    Chunks to = new Chunks((long) dimension * Float.BYTES);
    LongIntMap rowsNow = new LongIntMap();
    long[] ids = new long[from.live];
    long[] diedAt = new long[from.live];
    Arrays.fill(diedAt, ALIVE);
    int next = 0;
    for (int row = 0; row < from.rows; row++) {
      if (from.alive(row)) {
        to.write(next, chunks.readFloats(row));
        ids[next] = from.ids[row];
        rowsNow.put(ids[next], next);
        next++;
      }
    }
    chunks = to;
    rowOf = rowsNow;
    return new State(to, ids, diedAt, next, next, from.version);
  }

  private State open() {
    State now = state;
    if (now == null) {
      throw new IllegalStateException("the index was closed");
    }
    return now;
  }

  private int row(long id) {
    int row = id < 0 ? -1 : rowOf.get(id);
    if (row < 0) {
      throw new NoSuchElementException("no vector has the id " + id);
    }
    return row;
  }

  private void checkAdditions(long[] ids, float[][] vectors) {
    if (ids.length != vectors.length) {
      throw new IllegalArgumentException(
          "there are " + ids.length + " ids for " + vectors.length + " vectors, expected as many");
    }
    Problems problems = new Problems();
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      long id = ids[i];
      if (id < 0) {
        problems.add("id " + id + ": expected 0 or greater");
      } else if (rowOf.get(id) >= 0) {
        problems.add("id " + id + " is in use: update it, or choose another");
      }
      Integer earlier = ids.length == 1 ? null : seen.putIfAbsent(id, i);
      if (earlier != null) {
        problems.add("id " + id + " appears twice: at " + earlier + " and " + i);
      }
      VectorCheck.problem(vectors[i], dimension)
          .ifPresent(problem -> problems.add("vector of id " + id + ": " + problem));
    }
    problems.throwIfAny();
  }

  private void checkQueries(float[][] queries) {
    Problems problems = new Problems();
    for (int q = 0; q < queries.length; q++) {
      String name = queries.length == 1 ? "the query" : "query " + q;
      VectorCheck.problem(queries[q], dimension)
          .ifPresent(problem -> problems.add(name + " " + problem));
    }
    problems.throwIfAny();
  }

  private static long[] room(long[] of, int rows) {
    return rows <= of.length ? of : Arrays.copyOf(of, Math.max(rows, of.length + of.length / 2));
  }
}
