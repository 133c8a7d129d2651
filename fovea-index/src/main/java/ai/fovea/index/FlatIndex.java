package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.LongIntMap;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Compares a query with every vector: exact, at the speed at which memory can be read.
///
/// Rows are only ever appended. Once more rows are dead than alive, the living are copied together; searches under way keep
/// the old rows.
public final class FlatIndex extends RowIndex {
  private static final int TOLERATED_DEAD = 1024;

  /// An empty index of vectors with `dimension` (1 to 65536) values.
  public FlatIndex(int dimension, Metric metric) {
    this(dimension, metric, Kernels.fastest());
  }

  FlatIndex(int dimension, Metric metric, Kernels kernels) {
    super(dimension, metric, kernels);
  }

  /// The index that a file holds.
  FlatIndex(IndexFile.Contents file) {
    super(file.dimension(), file.metric(), file.ids(), file.vectors());
  }

  @Override
  public IndexSettings settings() {
    return IndexSettings.FLAT;
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    ExactScan scan = scan();
    Checks.queries(queries, dimension);
    TopK[] best = best(queries.length, search.k());
    Parallel.ranges(
        queries.length,
        search.threads(),
        (from, to) -> scan.offer(queries, from, to, best, search.wanted()));
    return drain(best);
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    ExactScan scan = scan();
    float[][] queries = {query};
    Checks.queries(queries, dimension);
    TopK best = TopK.reaching(metric, search.k(), threshold);
    scan.offer(queries, 0, 1, new TopK[] {best}, search.wanted());
    return best.drain();
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    RowView now = open();
    IndexOutput out = new IndexOutput(to);
    out.header(settings(), dimension, metric, now.live, new int[0], 0);
    for (int row = 0; row < now.rows; row++) {
      if (now.alive(row)) {
        out.floats(now.chunks.readFloats(row));
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
  void tidy() {
    RowView now = open();
    if (now.rows - now.live > Math.max(TOLERATED_DEAD, now.live)) {
      publish(compacted(now));
    }
  }

  private ExactScan scan() {
    return new ExactScan(open(), metric, kernels, dimension);
  }

  private RowView compacted(RowView from) {
    Chunks to = new Chunks((long) dimension * Float.BYTES);
    LongIntMap rowsNow = new LongIntMap();
    long[] ids = new long[from.live];
    long[] diedAt = new long[from.live];
    Arrays.fill(diedAt, RowView.ALIVE);
    int next = 0;
    for (int row = 0; row < from.rows; row++) {
      if (from.alive(row)) {
        to.write(next, from.chunks.readFloats(row));
        ids[next] = from.ids[row];
        rowsNow.put(ids[next], next);
        next++;
      }
    }
    rowOf = rowsNow;
    return new RowView(to, ids, new long[next], diedAt, next, next, from.version);
  }
}
