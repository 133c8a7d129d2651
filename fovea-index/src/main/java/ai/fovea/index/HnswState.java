package ai.fovea.index;

import ai.fovea.index.internal.Parallel;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The state of an [HnswIndex] that is searched: the graph, the codes that searches compare, the
/// builder that links new rows, and buffers that searches share.
final class HnswState implements RowView.SearchStructure {
  private static final int LINKED_TOGETHER = 1024;

  final HnswGraph graph;
  final Codes codes;
  final Queue<SearchBuffers> pool = new ConcurrentLinkedQueue<>();
  private final FloatCodes exact;
  private final Codes linking;
  private final HnswBuilder builder;
  private boolean older;

  /// What one search needs; used again by later ones.
  static final class SearchBuffers {
    final HnswSearcher searcher;
    final Codes.Query query;
    final Codes.Query exact;
    final Codes.Query beside;
    int[] rows = new int[64];
    float[] orderedScores = new float[64];

    private SearchBuffers(
        HnswSearcher searcher, Codes.Query query, Codes.Query exact, Codes.Query beside) {
      this.beside = beside;
      this.searcher = searcher;
      this.query = query;
      this.exact = exact;
    }
  }

  /// @param codes what it is walked by
  /// @param exact the vectors themselves
  HnswState(HnswGraph graph, Codes codes, FloatCodes exact, int efConstruction) {
    this.graph = graph;
    this.codes = codes;
    this.exact = exact;
    // Single bits tell too little of which links are worth having: graphs are made by more.
    this.linking = codes instanceof BitCodes ? exact : codes;
    this.builder = new HnswBuilder(graph, linking, exact, efConstruction);
  }

  SearchBuffers buffers() {
    SearchBuffers used = pool.poll();
    return used != null
        ? used
        : new SearchBuffers(
            new HnswSearcher(graph, false), codes.query(), exact.query(), linking.query());
  }

  /// Links rows of `view`, whose codes were put before, `levels[i]` being the level of `rows[i]`.
  /// All processors share large numbers of rows.
  void link(RowView view, int[] rows, int[] levels) {
    for (int i = 0; i < rows.length; i++) {
      graph.place(rows[i], levels[i]);
    }
    boolean allAlive = view.allAlive();
    int threads = rows.length >= LINKED_TOGETHER ? Runtime.getRuntime().availableProcessors() : 1;
    Parallel.ranges(
        rows.length,
        threads,
        (from, end) -> {
          HnswBuilder.Worker worker = builder.worker();
          for (int i = from; i < end; i++) {
            worker.insert(
                rows[i], view.chunks.readFloats(rows[i]), levels[i], allAlive, view::alive);
          }
        });
  }

  /// Returns whether its graph was linked elsewhere, or by an earlier version: it is renewed with
  /// the next changes.
  boolean older() {
    return older;
  }

  /// Makes sure that every row of a graph that was linked elsewhere, or by an earlier version, can
  /// be reached.
  ///
  /// @return how many could not
  int anchor(RowView view) {
    older = true;
    BitSet reached = HnswReach.anchor(graph);
    HnswBuilder.Worker worker = builder.worker();
    int cut = 0;
    for (int row = reached.nextClearBit(0);
        row < graph.end();
        row = reached.nextClearBit(row + 1)) {
      if (view.alive(row)) {
        worker.attach(row, view.chunks.readFloats(row), reached::get);
        // Those that follow may hang from it: not all of them, one below the other, from the few
        // that were reached before.
        reached.set(row);
        cut++;
      }
    }
    return cut;
  }
}
