package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares a query with every vector: exact, at the speed at which memory can be read.
///
/// With a [Quantization] the first comparison is of codes, for a fraction of the memory's traffic,
/// and a few of the nearest may be missed; from 1,000 vectors on.
///
/// Rows are only ever appended. Once more rows are dead than alive, the living are copied together;
/// searches under way keep the old rows.
public final class FlatIndex extends RowIndex {
  private static final int TOLERATED_DEAD = 1024;
  private static final int CODED_FROM = 1000;

  private final IndexSettings.Flat settings;

  /// Codes of all rows.
  record Coded(Codes codes) implements RowView.SearchStructure {}

  /// Creates an empty index of vectors with `dimension` (1 to 65536) values.
  public FlatIndex(int dimension, Metric metric) {
    this(dimension, metric, IndexSettings.FLAT);
  }

  /// Creates an empty index of vectors with `dimension` (1 to 65536) values.
  public FlatIndex(int dimension, Metric metric, IndexSettings.Flat settings) {
    this(dimension, metric, settings, Kernels.fastest());
  }

  FlatIndex(int dimension, Metric metric, IndexSettings.Flat settings, Kernels kernels) {
    super(dimension, metric, kernels);
    this.settings = settings;
  }

  /// The index that a file holds.
  FlatIndex(IndexFile.Contents file, IndexSettings.Flat settings) {
    super(file.dimension(), file.metric(), file.ids(), file.vectors(), false);
    this.settings = settings;
    if (file.number(0) == 1) {
      RowView view = open();
      publish(
          view.next(
              new Coded(
                  Codes.of(settings.quantization(), metric, kernels, view, file, file.next()))));
    }
  }

  @Override
  public IndexSettings.Flat settings() {
    return settings;
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    ExactScan scan = scan();
    Checks.queries(queries, dimension);
    TopK[] best = best(queries.length, search.k());
    if (scan.view().structure instanceof Coded coded) {
      Parallel.ranges(
          queries.length,
          search.threads(),
          (from, to) -> {
            for (int q = from; q < to; q++) {
              CodedScan of = new CodedScan(scan, coded.codes, queries[q], search);
              of.offer(0, scan.view().rows);
              of.settle(best[q]);
            }
          });
    } else {
      scan.batch(queries, search, best);
    }
    return drain(best);
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    ExactScan scan = scan();
    float[][] queries = {query};
    Checks.queries(queries, dimension);
    TopK best = TopK.reaching(metric, search.k(), threshold);
    scan.offer(queries, 0, 1, new TopK[] {best}, search.filter());
    return best.drain();
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    RowView now = open();
    int[] rows = now.aliveRows();
    Codes codes = now.structure instanceof Coded coded ? coded.codes : null;
    IndexOutput out = new IndexOutput(to);
    out.header(
        settings,
        dimension,
        metric,
        rows.length,
        new int[] {codes == null ? 0 : 1},
        codes == null ? 0 : codes.bytes(rows.length));
    for (int row : rows) {
      out.floats(now.chunks.readFloats(row));
    }
    out.align();
    for (int row : rows) {
      out.number(now.ids[row]);
    }
    out.align();
    if (codes != null) {
      codes.write(rows, out);
    }
    out.flush();
  }

  @Override
  RowView.@Nullable SearchStructure link(RowView next, int[] rows) {
    if (next.structure instanceof Coded coded) {
      for (int row : rows) {
        coded.codes.put(row, next.chunks.readFloats(row));
      }
      coded.codes.learn(next);
      return coded;
    }
    return settings.quantization() != Quantization.NONE && next.live >= CODED_FROM
        ? encoded(next)
        : null;
  }

  @Override
  void changed(int count) {
    RowView now = open();
    if (now.rows - now.live > Math.max(TOLERATED_DEAD, now.live)) {
      RowView next = rearranged(now, now.aliveRows());
      publish(now.structure == null ? next : next.next(encoded(next)));
    }
  }

  private Coded encoded(RowView view) {
    return new Coded(Codes.ofAll(settings.quantization(), metric, kernels, view, dimension));
  }

  private ExactScan scan() {
    return new ExactScan(open(), metric, kernels, dimension);
  }
}
