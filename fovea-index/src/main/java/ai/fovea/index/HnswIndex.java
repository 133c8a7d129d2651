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
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A hierarchical navigable small world graph (Malkov and Yashunin, IEEE TPAMI 42(4), 2020), from
/// which vectors can be removed.
///
/// Searches are approximate; scores are exact. Every vector can be reached, among equal and nearly
/// equal ones too. An index of fewer than 1,000 vectors has no graph and is searched exactly, and
/// so is one of which a search wants most, or of which so little is wanted that a walk would not
/// find it.
///
/// **Removal** marks a row: walks pass over it and do not report it. Once a quarter as many are
/// dead as alive, a new graph is begun beside the old one, and each further change links a few of
/// the living into it, until it is whole and takes the old one's place; rows of the dead are then
/// used again, as soon as no search is left that could see them. No change waits for a graph to be
/// built, and recall stays that of a graph built anew.
///
/// **Large additions** (1,024 vectors and more at once) are linked by all processors together: the
/// graph then is not the same from run to run. Smaller ones are linked one after another, and
/// always alike.
///
/// Longer than most classes: searching, changing, renewing and writing share which rows are alive,
/// and are read best together; the graph, the walk and the linking have classes of their own.
public final class HnswIndex extends RowIndex {
  private static final Logger LOG = LoggerFactory.getLogger(HnswIndex.class);
  private static final int GRAPH_FROM = 1000;
  private static final int TOLERATED_DEAD = 256;
  // So many rows are linked into the next graph for each vector that is changed.
  private static final int SHARE = 3;
  // How much wider another walk is, and how wide the widest.
  private static final int WIDER = 4;
  private static final int WIDEST = 8192;
  // So many rows are compared for each that a walk keeps, roughly.
  private static final int WALKED = 32;
  private static final int AT_ONCE = 16;
  // The rows of a walk are to lie in so many fewer places, at least.
  private static final int PLACES = 2;
  private static final long SEED = 0x5eed_f0fea_2026L;

  private final IndexSettings.Hnsw settings;
  private final Epochs epochs = new Epochs();
  private final Deque<Freed> freed = new ArrayDeque<>();
  private @Nullable Next next;
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

  /// A graph that is being built beside the present one, and the rows that are still to be linked.
  private static final class Next {
    final HnswState state;
    final int[] rows;
    int linked;

    Next(HnswState state, int[] rows) {
      this.state = state;
      this.rows = rows;
    }
  }

  /// Creates an empty index of vectors with `dimension` (1 to 65536) values.
  public HnswIndex(int dimension, Metric metric, IndexSettings.Hnsw settings) {
    this(dimension, metric, settings, Kernels.fastest());
  }

  HnswIndex(int dimension, Metric metric, IndexSettings.Hnsw settings, Kernels kernels) {
    super(dimension, metric, kernels);
    this.settings = settings;
  }

  /// Creates an index of `contents`, which are not copied but for the graph.
  ///
  /// @throws IllegalArgumentException where they do not fit the other values, or an id is there
  ///     twice or negative
  public HnswIndex(
      IndexSettings.Hnsw settings, int dimension, Metric metric, HnswContents contents) {
    super(dimension, metric, contents.ids(), contents.vectors(), true);
    this.settings = settings;
    if (settings.m() != contents.m()) {
      throw new IllegalArgumentException(
          "the settings have m = " + settings.m() + ", the graph " + contents.m());
    }
    if (contents.linked()) {
      RowView view = open();
      Codes codes = Codes.ofAll(settings.quantization(), metric, kernels, view, dimension);
      publish(view.next(anchored(view, state(view, new HnswGraph(contents), codes))));
    }
  }

  /// The index that a file holds.
  HnswIndex(IndexFile.Contents file, IndexSettings.Hnsw settings) {
    super(file.dimension(), file.metric(), file.ids(), file.vectors(), true);
    this.settings = settings;
    HnswContents contents = HnswContents.of(file, settings.m());
    if (contents.linked()) {
      RowView view = open();
      Codes codes =
          Codes.of(settings.quantization(), metric, kernels, view, file, contents.codesAt(file));
      HnswState state = state(view, new HnswGraph(contents), codes);
      boolean anchors = file.number(HnswContents.ANCHORS) == 1;
      publish(view.next(anchors ? state : anchored(view, state)));
    }
  }

  private static HnswState anchored(RowView view, HnswState state) {
    int cut = state.anchor(view);
    if (cut > 0) {
      LOG.info("{} of {} vectors could not be reached in the graph: linked anew", cut, view.live);
    }
    return state;
  }

  @Override
  public synchronized long[] unreachable() {
    RowView view = open();
    if (!(view.structure instanceof HnswState state)) {
      return new long[0];
    }
    BitSet reached = HnswReach.of(state.graph);
    return Arrays.stream(view.aliveRows())
        .filter(row -> !reached.get(row))
        .mapToLong(row -> view.ids[row])
        .sorted()
        .toArray();
  }

  @Override
  public synchronized void relink() {
    if (open().structure instanceof HnswState state
        && (state.older() || unreachable().length > 0)) {
      next = null;
      renew(Integer.MAX_VALUE);
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
      Checks.queries(queries, dimension);
      TopK[] best = best(queries.length, search.k());
      Parallel.ranges(
          queries.length,
          search.threads(),
          (from, to) -> {
            if (view.structure instanceof HnswState state) {
              for (int q = from; q < to; q++) {
                best[q] = search(view, state, queries[q], search, search.k());
              }
            } else {
              scan(view).offer(queries, from, to, best, search.filter());
            }
          });
      return drain(best);
    } finally {
      epochs.leave(slot);
    }
  }

  @Override
  public List<List<Hit>> searchExactly(float[][] queries, Search search) {
    int slot = epochs.enter(() -> open().version);
    try {
      return super.searchExactly(queries, search);
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
      // A wider and wider walk, until it passes the threshold.
      for (int ef = Math.max(ef(search), 64); ef < view.live / 4; ef *= 4) {
        if (!(view.structure instanceof HnswState state)) {
          break;
        }
        List<Hit> nearest =
            search(view, state, query, search.withEf(ef), Math.min(ef, search.k())).drain();
        boolean passed =
            nearest.size() < Math.min(ef, search.k())
                || metric.better(threshold, nearest.getLast().score());
        if (passed || nearest.size() == search.k()) {
          return nearest.stream().filter(hit -> !metric.better(threshold, hit.score())).toList();
        }
      }
      scan(view).offer(queries, 0, 1, new TopK[] {best}, search.filter());
      return best.drain();
    } finally {
      epochs.leave(slot);
    }
  }

  /// Returns a copy of all that it consists of. Where some rows are dead, the graph is first built
  /// anew.
  public synchronized HnswContents contents() {
    if (open().structure instanceof HnswState state && state.graph.size() > open().live) {
      renew(Integer.MAX_VALUE);
    }
    RowView view = open();
    int[] rows = view.aliveRows();
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

  /// The dead that walks pass over are written too; opened again, their rows are dead as before.
  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    RowView view = open();
    HnswState state = view.structure instanceof HnswState it ? it : null;
    int[] rows =
        state == null
            ? view.aliveRows()
            : IntStream.range(0, view.rows).filter(state.graph::holds).toArray();
    HnswContents contents = contents(view, rows, MemorySegment.NULL);
    long codes = state == null ? 0 : state.codes.bytes(rows.length);
    IndexOutput out = new IndexOutput(to);
    int linked = contents.linked() ? 1 : 0;
    int[] own = {
      linked, contents.entry(), contents.upper().length, state == null || state.older() ? 0 : 1
    };
    out.header(settings, dimension, metric, rows.length, own, contents.sectionBytes() + codes);
    for (int row : rows) {
      out.floats(view.chunks.readFloats(row));
    }
    out.align();
    for (long id : contents.ids()) {
      out.number(id);
    }
    out.align();
    contents.writeSections(out);
    if (state != null) {
      state.codes.write(rows, out);
    }
    out.flush();
  }

  private HnswContents contents(RowView view, int[] rows, MemorySegment vectors) {
    if (view.structure instanceof HnswState state && rows.length > 0) {
      return HnswContents.of(state.graph, view, rows, vectors);
    }
    long[] ids = Arrays.stream(rows).mapToLong(row -> view.ids[row]).toArray();
    return new HnswContents(
        settings.m(), ids, vectors, new byte[0], MemorySegment.NULL, new int[0], -1);
  }

  @Override
  public synchronized void close() {
    super.close();
    next = null;
    freed.clear();
  }

  /// First those that may be used again.
  @Override
  int[] rowsFor(RowView before, float[][] vectors) {
    int[] rows = new int[vectors.length];
    int end = before.rows;
    for (int i = 0; i < rows.length; i++) {
      Freed oldest = freed.peek();
      if (oldest == null || epochs.oldest() < oldest.version) {
        rows[i] = end;
        end = Math.addExact(end, 1);
        continue;
      }
      rows[i] = oldest.rows[--oldest.left];
      if (oldest.left == 0) {
        freed.remove();
      }
    }
    return rows;
  }

  @Override
  RowView.@Nullable SearchStructure link(RowView view, int[] rows) {
    if (view.structure instanceof HnswState state) {
      for (int row : rows) {
        state.codes.put(row, view.chunks.readFloats(row));
      }
      state.codes.learn(view);
      link(state, view, rows);
      if (next != null) {
        link(next.state, view, rows);
      }
      return state;
    }
    if (view.live < GRAPH_FROM) {
      return null;
    }
    Codes codes = Codes.ofAll(settings.quantization(), metric, kernels, view, dimension);
    int[] alive = view.aliveRows();
    HnswState state = state(view, new HnswGraph(settings.m()), codes);
    link(state, view, alive);
    return state;
  }

  private void link(HnswState state, RowView view, int[] rows) {
    int[] levels = new int[rows.length];
    Arrays.setAll(levels, i -> level(inserted++, settings.m()));
    state.link(view, rows, levels);
  }

  @Override
  void changed(int count) {
    RowView view = open();
    if (view.structure instanceof HnswState state) {
      if (view.live < GRAPH_FROM / 2) {
        next = null;
        publish(view.next(null));
        free(null);
      } else if (next != null
          || state.older()
          || state.graph.size() - view.live > Math.max(TOLERATED_DEAD, view.live / 4)) {
        renew((int) Math.min(Integer.MAX_VALUE, (long) SHARE * count));
      }
    } else if (view.rows - view.live - unused() > TOLERATED_DEAD) {
      publish(view.next(null));
      free(null);
    }
  }

  /// Goes on with the next graph by up to `budget` rows; when it is whole, it becomes the present
  /// one.
  private void renew(int budget) {
    RowView view = open();
    if (!(view.structure instanceof HnswState present)) {
      return;
    }
    if (next == null) {
      next = new Next(state(view, new HnswGraph(settings.m()), present.codes), view.aliveRows());
    }
    Next now = next;
    int end = (int) Math.min(now.rows.length, (long) now.linked + budget);
    int[] rows = Arrays.stream(now.rows, now.linked, end).filter(row -> view.alive(row)).toArray();
    link(now.state, view, rows);
    now.linked = end;
    if (end == now.rows.length) {
      next = null;
      publish(view.next(now.state));
      free(now.state.graph);
    }
  }

  /// Notes the rows that are dead and have no place in `graph`: they may be used again.
  private void free(@Nullable HnswGraph graph) {
    RowView view = open();
    freed.clear();
    int[] rows =
        IntStream.range(0, view.rows)
            .filter(row ->
                !view.alive(row)
                    && !view.chunks.isBase(row)
                    && (graph == null || !graph.holds(row)))
            .toArray();
    if (rows.length > 0) {
      freed.add(new Freed(view.version, rows));
    }
  }

  private int unused() {
    return freed.stream().mapToInt(group -> group.left).sum();
  }

  private HnswState state(RowView view, HnswGraph graph, Codes codes) {
    return new HnswState(graph, codes, exactCodes(view), settings.efConstruction());
  }

  private FloatCodes exactCodes(RowView view) {
    return new FloatCodes(metric, kernels, view.chunks);
  }

  /// Returns the nearest of a version.
  ///
  /// A walk keeps `ef` rows. Mostly one is enough. Another, wider one follows where so many rows
  /// lie so close together that codes can't tell them apart, and the best may not be among those
  /// kept; where all that are kept lie close together and away from the query, so that they may
  /// have kept out the rows that lead to it; and under a filter, unless `ef` was asked for, until
  /// one finds nothing better than the one before. All vectors are compared where a walk would cost
  /// as much.
  private TopK search(RowView view, HnswState state, float[] query, Search search, int k) {
    int wantedRows = Math.min(k, view.live);
    int first = state.codes.rescored(wantedRows);
    boolean filtered = !search.unconditional() && search.ef() == 0;
    HnswState.SearchBuffers buffers = state.buffers();
    long ef = Math.max(ef(search), first);
    int places = (int) ef / PLACES;
    long widest = Math.max(ef, Math.min(view.live / 2 - 1, Math.max(WIDEST, view.live / 16)));
    // The first walk tells little without a second one.
    long needed = filtered ? WIDER * ef : 0;
    if (filtered) {
      widest = needed <= view.live / WALKED ? view.live / WALKED : 0;
    }
    @Nullable TopK found = null;
    float before = Float.NaN;
    while (found == null
        && ef <= widest
        && ef < view.live / 2
        && walk(view, state.graph, buffers, query, search, (int) ef, (int) needed)
        && buffers.searcher.size() >= wantedRows) {
      TopK nearest = new TopK(metric, k);
      boolean full = buffers.searcher.size() == ef;
      boolean wider = rescore(view, buffers, query, first, nearest) && full;
      wider |= full && crowded(buffers, query, places);
      if (wider || (filtered && nearest.floor() != before)) {
        before = nearest.floor();
        ef *= WIDER;
        needed = filtered ? ef : 0;
      } else {
        found = nearest;
      }
    }
    state.pool.add(buffers);
    if (found == null) {
      found = new TopK(metric, k);
      scan(view).offer(new float[][] {query}, 0, 1, new TopK[] {found}, search.filter());
    }
    return found;
  }

  private boolean crowded(HnswState.SearchBuffers buffers, float[] query, int places) {
    double self = 0;
    if (metric == Metric.INNER_PRODUCT) {
      for (float value : query) {
        self += (double) value * value;
      }
    }
    return !buffers.searcher.found(self) && buffers.searcher.crowded(buffers.beside, self, places);
  }

  private static boolean walk(
      RowView view,
      HnswGraph graph,
      HnswState.SearchBuffers buffers,
      float[] query,
      Search search,
      int ef,
      int needed) {
    HnswGraph.Entry entry = graph.entry();
    int end = graph.end();
    if (entry.row() < 0) {
      return false;
    }
    buffers.query.set(query);
    int start = buffers.searcher.descend(buffers.query, entry, 0, end);
    if (search.unconditional() && view.allAlive() && end == view.rows) {
      buffers.searcher.nearest(buffers.query, start, 0, ef, end);
      return true;
    }
    LongPredicate filter = search.filter();
    IntPredicate accepted = row -> row < view.rows && view.alive(row) && filter.test(view.ids[row]);
    int max = needed > 0 ? view.live / WALKED : Math.max(1024, 16 * ef);
    return buffers.searcher.nearestAccepted(
        buffers.query, start, 0, ef, max, needed, end, accepted);
  }

  /// Offers the first of the rows that a walk has kept, and further ones as long as codes can't
  /// tell them from the worst of these; whether that was so up to the last, and they are not all
  /// alike.
  private boolean rescore(
      RowView view, HnswState.SearchBuffers buffers, float[] query, int first, TopK best) {
    HnswSearcher searcher = buffers.searcher;
    buffers.exact.set(query);
    int done = Math.min(first, searcher.size());
    if (done == 0) {
      return false;
    }
    float worst = rescore(view, buffers, 0, done, best);
    float margin = buffers.query.margin(searcher.row(0));
    while (done < searcher.size() && searcher.orderedScore(done) >= best.floor() - margin) {
      int next = Math.min(done + AT_ONCE, searcher.size());
      worst = Math.min(worst, rescore(view, buffers, done, next, best));
      done = next;
    }
    return margin > 0
        && done == searcher.size()
        && searcher.orderedScore(done - 1) >= best.floor() - margin
        && worst < best.floor();
  }

  /// Offers some rows; the least ordered score among them.
  private float rescore(
      RowView view, HnswState.SearchBuffers buffers, int from, int to, TopK best) {
    int count = to - from;
    if (buffers.rows.length < count + 3) {
      buffers.rows = new int[2 * count + 3];
      buffers.orderedScores = new float[2 * count + 3];
    }
    for (int i = 0; i < count; i++) {
      buffers.rows[i] = buffers.searcher.row(from + i);
    }
    buffers.exact.orderedScores(buffers.rows, count, buffers.orderedScores);
    float min = Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      min = Math.min(min, buffers.orderedScores[i]);
      best.offer(metric.orderedScore(buffers.orderedScores[i]), view.ids[buffers.rows[i]]);
    }
    return min;
  }

  private int ef(Search search) {
    return search.ef() == 0 ? settings.efSearch() : search.ef();
  }

  private ExactScan scan(RowView view) {
    return new ExactScan(view, metric, kernels, dimension);
  }

  /// Returns the level of the n-th vector: greater than l with probability m^-(l+1).
  static int level(long n, int m) {
    long mixed = (SEED + n) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    double uniform = ((mixed ^ mixed >>> 31) >>> 11) * 0x1p-53;
    return (int) Math.min(HnswContents.HIGHEST_LEVEL, -Math.log(1 - uniform) / Math.log(m));
  }
}
