package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.NativeMemory;
import ai.fovea.index.internal.Parallel;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// A hierarchical navigable small world graph (Malkov and Yashunin, IEEE TPAMI 42(4), 2020), from which vectors can be
/// removed.
///
/// Searches are approximate; scores are exact. An index of fewer than 1,000 vectors has no graph and is searched
/// exactly, and so is one of which a search wants most, or of which so little is wanted that a walk would not find it.
///
/// **Removal** marks a row: walks pass over it and do not report it. When a fifth of the rows are dead, what was linked to
/// them is linked to their neighbours instead, and the rows are used again as soon as no search is left that could
/// see them. Recall stays that of a graph built anew (measured: docs/speed.md).
///
/// **Large additions** (1,024 vectors and more at once) are linked by all processors together: the graph then is not the same
/// from run to run. Smaller ones are linked one after another, and always alike.
public final class HnswIndex extends RowIndex {
  private static final int GRAPH_FROM = 1000;
  private static final int LINKED_TOGETHER = 1024;
  private static final int TOLERATED_DEAD = 256;
  private static final long SEED = 0x5eed_f0fea_2026L;

  private final IndexSettings.Hnsw settings;
  private final Epochs epochs = new Epochs();
  private final Deque<Freed> freed = new ArrayDeque<>();
  private volatile @Nullable Net net;
  private long inserted;

  /// Rows that may be used again once no version before `version` is read any more.
  private static final class Freed {
    final long version;
    final int[] rows;
    int left;

    Freed(long version, int[] rows) {
      this.version = version;
      this.rows = rows;
      this.left = rows.length;
    }
  }

  /// The graph and all that goes with it.
  private static final class Net {
    final HnswGraph graph;
    final Codes codes;
    final HnswBuilder builder;
    final Queue<Walker> walkers = new ConcurrentLinkedQueue<>();

    Net(HnswGraph graph, Codes codes, HnswBuilder builder) {
      this.graph = graph;
      this.codes = codes;
      this.builder = builder;
    }
  }

  /// What one search needs.
  private static final class Walker {
    final HnswWalk walk;
    final Codes.Query query;
    final Codes.Query exact;
    int[] rows = new int[64];
    float[] merits = new float[64];

    Walker(Net net, Codes exact) {
      this.walk = new HnswWalk(net.graph);
      this.query = net.codes.query();
      this.exact = exact.query();
    }
  }

  /// An empty index of vectors with `dimension` (1 to 65536) values.
  public HnswIndex(int dimension, Metric metric, IndexSettings.Hnsw settings) {
    this(dimension, metric, settings, Kernels.fastest());
  }

  HnswIndex(int dimension, Metric metric, IndexSettings.Hnsw settings, Kernels kernels) {
    super(dimension, metric, kernels);
    this.settings = settings;
  }

  /// An index of `contents`, which are not copied but for the graph.
  ///
  /// @throws IllegalArgumentException where they do not fit the other values, or an id is there twice or negative
  public HnswIndex(
      IndexSettings.Hnsw settings, int dimension, Metric metric, HnswContents contents) {
    super(dimension, metric, contents.ids(), contents.vectors());
    this.settings = settings;
    if (settings.m() != contents.m()) {
      throw new IllegalArgumentException(
          "the settings have m = " + settings.m() + ", the graph " + contents.m());
    }
    if (contents.linked()) {
      RowView view = open();
      Net made = net(new HnswGraph(contents), codes(view));
      for (int row = 0; row < view.rows; row++) {
        made.codes.put(row, view.chunks.readFloats(row));
      }
      net = made;
    }
  }

  /// The index that a file holds.
  HnswIndex(IndexFile.Contents file, IndexSettings.Hnsw settings) {
    super(file.dimension(), file.metric(), file.ids(), file.vectors());
    this.settings = settings;
    HnswContents contents = HnswContents.of(file, settings.m());
    if (contents.linked()) {
      Codes codes =
          switch (settings.quantization()) {
            case NONE -> exactCodes(open());
            case INT8, BIT ->
                new ByteCodes(
                    metric, kernels, dimension, file.bytes(), contents.codesAt(file), file.rows());
          };
      net = net(new HnswGraph(contents), codes);
    }
  }

  @Override
  public IndexSettings.Hnsw settings() {
    return settings;
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    int slot = epochs.enter(() -> open().version);
    try {
      RowView view = open();
      Net now = net;
      Checks.queries(queries, dimension);
      TopK[] best = best(queries.length, search.k());
      Parallel.ranges(
          queries.length,
          search.threads(),
          (from, to) -> {
            if (now == null) {
              scan(view).offer(queries, from, to, best, search.wanted());
            } else {
              walk(view, now, queries, from, to, search, best);
            }
          });
      return drain(best);
    } finally {
      epochs.leave(slot);
    }
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    float[][] queries = {query};
    Checks.queries(queries, dimension);
    TopK best = TopK.reaching(metric, search.k(), threshold);
    int slot = epochs.enter(() -> open().version);
    try {
      RowView view = open();
      Net now = net;
      // A wider and wider walk, until it passes the threshold.
      for (int ef = Math.max(ef(search), 64); now != null && ef < view.live / 4; ef *= 4) {
        List<Hit> nearest = search(view, now, query, search.withEf(ef), Math.min(ef, search.k()));
        boolean passed =
            nearest.size() < Math.min(ef, search.k())
                || metric.better(threshold, nearest.getLast().score());
        if (passed || nearest.size() == search.k()) {
          return nearest.stream().filter(hit -> !metric.better(threshold, hit.score())).toList();
        }
      }
      scan(view).offer(queries, 0, 1, new TopK[] {best}, search.wanted());
      return best.drain();
    } finally {
      epochs.leave(slot);
    }
  }

  /// A copy of all that it consists of.
  public synchronized HnswContents contents() {
    RowView view = buried();
    int[] rows = aliveRows(view);
    long bytes = (long) dimension * Float.BYTES;
    MemorySegment vectors =
        NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes * rows.length))
            .asSlice(0, bytes * rows.length);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(
          view.chunks.readFloats(rows[i]),
          0,
          vectors,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          i * bytes,
          dimension);
    }
    return contents(view, rows, vectors);
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    RowView view = buried();
    int[] rows = aliveRows(view);
    HnswContents contents = contents(view, rows, MemorySegment.NULL);
    Net now = net;
    long codes = now == null ? 0 : now.codes.bytes(rows.length);
    IndexOutput out = new IndexOutput(to);
    int[] own = {contents.linked() ? 1 : 0, contents.entry(), contents.upper().length};
    out.header(settings, dimension, metric, rows.length, own, contents.sectionBytes() + codes);
    for (int row : rows) {
      out.floats(view.chunks.readFloats(row));
    }
    out.align();
    for (int row : rows) {
      out.number(view.ids[row]);
    }
    out.align();
    contents.writeSections(out);
    if (now != null) {
      now.codes.write(rows, out);
    }
    out.flush();
  }

  private HnswContents contents(RowView view, int[] rows, MemorySegment vectors) {
    Net now = net;
    if (now != null) {
      return HnswContents.of(now.graph, view, rows, vectors);
    }
    long[] ids = Arrays.stream(rows).mapToLong(row -> view.ids[row]).toArray();
    return new HnswContents(
        settings.m(), ids, vectors, new byte[0], MemorySegment.NULL, new int[0], -1);
  }

  /// The newest version, with no link to a dead row.
  private RowView buried() {
    if (!open().allAlive()) {
      bury(open());
    }
    return open();
  }

  @Override
  public synchronized void close() {
    super.close();
    net = null;
    freed.clear();
  }

  @Override
  int freeRow(RowView before, int alreadyNew) {
    Freed oldest = freed.peek();
    if (oldest == null || epochs.oldest() < oldest.version) {
      return before.rows + alreadyNew;
    }
    int row = oldest.rows[--oldest.left];
    if (oldest.left == 0) {
      freed.remove();
    }
    return row;
  }

  @Override
  void link(RowView next, int[] rows) {
    Net now = net;
    if (now != null) {
      link(now, next, rows);
    } else if (next.live >= GRAPH_FROM) {
      Net fresh = net(new HnswGraph(settings.m()), codes(next));
      int[] alive = aliveRows(next);
      link(fresh, next, alive);
      net = fresh;
    }
  }

  @Override
  void tidy() {
    RowView now = open();
    int free = freed.stream().mapToInt(f -> f.left).sum();
    int dead = now.rows - now.live - free;
    if (dead > Math.max(TOLERATED_DEAD, now.live / 4)) {
      bury(now);
    }
  }

  private Net net(HnswGraph graph, Codes codes) {
    return new Net(graph, codes, new HnswBuilder(graph, codes, settings.efConstruction()));
  }

  private Codes codes(RowView view) {
    return switch (settings.quantization()) {
      case NONE -> exactCodes(view);
      case INT8, BIT -> new ByteCodes(metric, kernels, Codes.centre(view, dimension));
    };
  }

  private FloatCodes exactCodes(RowView view) {
    return new FloatCodes(metric, kernels, view.chunks);
  }

  private void link(Net to, RowView view, int[] rows) {
    int[] levels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      levels[i] = level(inserted++, settings.m());
      to.codes.put(rows[i], view.chunks.readFloats(rows[i]));
      to.graph.place(rows[i], levels[i]);
    }
    boolean allAlive = view.allAlive();
    int threads = rows.length >= LINKED_TOGETHER ? Runtime.getRuntime().availableProcessors() : 1;
    Parallel.ranges(
        rows.length,
        threads,
        (from, end) -> {
          HnswBuilder.Worker worker = to.builder.worker();
          for (int i = from; i < end; i++) {
            worker.insert(
                rows[i], view.chunks.readFloats(rows[i]), levels[i], allAlive, view::alive);
          }
        });
  }

  /// Links past the dead and frees their rows.
  private void bury(RowView view) {
    Net now = net;
    if (now != null) {
      if (view.live < GRAPH_FROM / 2) {
        net = null;
      } else {
        repair(now, view);
      }
    }
    freed.clear();
    int[] dead = new int[view.rows - view.live];
    int count = 0;
    for (int row = 0; row < view.rows; row++) {
      if (!view.alive(row) && !view.chunks.isBase(row)) {
        dead[count++] = row;
      }
    }
    RowView next =
        new RowView(
            view.chunks,
            view.ids,
            view.bornAt,
            view.diedAt,
            view.rows,
            view.live,
            view.version + 1);
    publish(next);
    if (count > 0) {
      freed.add(new Freed(next.version, Arrays.copyOf(dead, count)));
    }
  }

  private void repair(Net now, RowView view) {
    HnswGraph.Entry entry = now.graph.entry();
    if (!view.alive(entry.row())) {
      int highest = -1;
      for (int row = 0; row < view.rows; row++) {
        if (view.alive(row) && (highest < 0 || now.graph.level(row) > now.graph.level(highest))) {
          highest = row;
        }
      }
      now.graph.enterAt(highest, now.graph.level(highest));
    }
    int threads = view.rows >= LINKED_TOGETHER ? Runtime.getRuntime().availableProcessors() : 1;
    Parallel.ranges(
        view.rows,
        threads,
        (from, to) -> {
          HnswBuilder.Worker worker = now.builder.worker();
          for (int row = from; row < to; row++) {
            if (view.alive(row)) {
              worker.repair(row, view::alive);
            }
          }
        });
  }

  private void walk(
      RowView view, Net now, float[][] queries, int from, int to, Search search, TopK[] best) {
    for (int q = from; q < to; q++) {
      for (Hit hit : search(view, now, queries[q], search, search.k())) {
        best[q].offer(hit.score(), hit.id());
      }
    }
  }

  private List<Hit> search(RowView view, Net now, float[] query, Search search, int k) {
    int wantedRows = Math.min(k, view.live);
    int first = now.codes.rescored(wantedRows);
    int ef = Math.max(ef(search), first);
    TopK best = new TopK(metric, k);
    if (ef < view.live / 2) {
      Walker walker = now.walkers.poll();
      if (walker == null) {
        walker = new Walker(now, exactCodes(view));
      }
      boolean found = walk(view, now, walker, query, search, ef);
      int count = walker.walk.size();
      if (found && count >= wantedRows) {
        rescore(view, walker, query, Math.min(count, first), best);
      }
      now.walkers.add(walker);
      if (found && count >= wantedRows) {
        return best.drain();
      }
    }
    scan(view).offer(new float[][] {query}, 0, 1, new TopK[] {best}, search.wanted());
    return best.drain();
  }

  private static boolean walk(
      RowView view, Net now, Walker walker, float[] query, Search search, int ef) {
    HnswGraph.Entry entry = now.graph.entry();
    int end = now.graph.end();
    if (entry.row() < 0) {
      return false;
    }
    walker.query.set(query);
    int start = walker.walk.descend(walker.query, entry, 0, end);
    if (search.unconditional() && view.allAlive() && end == view.rows) {
      walker.walk.nearest(walker.query, start, 0, ef, end);
      return true;
    }
    LongPredicate wanted = search.wanted();
    IntPredicate accepted = row -> row < view.rows && view.alive(row) && wanted.test(view.ids[row]);
    return walker.walk.nearestAccepted(
        walker.query, start, 0, ef, Math.max(1024, 16 * ef), end, accepted);
  }

  private void rescore(RowView view, Walker walker, float[] query, int count, TopK best) {
    if (walker.rows.length < count + 3) {
      walker.rows = new int[2 * count + 3];
      walker.merits = new float[2 * count + 3];
    }
    for (int i = 0; i < count; i++) {
      walker.rows[i] = walker.walk.row(i);
    }
    walker.exact.set(query);
    walker.exact.merits(walker.rows, count, walker.merits);
    for (int i = 0; i < count; i++) {
      best.offer(metric.merit(walker.merits[i]), view.ids[walker.rows[i]]);
    }
  }

  private int ef(Search search) {
    return search.ef() == 0 ? settings.efSearch() : search.ef();
  }

  private ExactScan scan(RowView view) {
    return new ExactScan(view, metric, kernels, dimension);
  }

  private static int[] aliveRows(RowView view) {
    int[] alive = new int[view.live];
    int count = 0;
    for (int row = 0; row < view.rows; row++) {
      if (view.alive(row)) {
        alive[count++] = row;
      }
    }
    return alive;
  }

  /// The level of the n-th vector: greater than l with probability m^-(l+1).
  static int level(long n, int m) {
    long mixed = (SEED + n) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    double uniform = ((mixed ^ mixed >>> 31) >>> 11) * 0x1p-53;
    return (int) Math.min(HnswContents.HIGHEST_LEVEL, -Math.log(1 - uniform) / Math.log(m));
  }
}
