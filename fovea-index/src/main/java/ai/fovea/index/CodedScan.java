package ai.fovea.index;

import ai.fovea.index.internal.TopK;
import ai.fovea.index.internal.TopRows;
import java.util.Arrays;
import java.util.function.LongPredicate;

/// By rows' codes, and the best of them once more by their vectors.
final class CodedScan extends QueryScan {
  private static final int BLOCK = 256;

  private final ExactScan exact;
  private final Codes.Query coded;
  private final float[] query;
  private final TopRows rough;
  private final LongPredicate filter;
  private final boolean all;
  private final float[] orderedScores;
  private final float[] bounds;
  private long gains;

  /// For one query of `search`.
  CodedScan(ExactScan exact, Codes codes, float[] query, Search search) {
    this.exact = exact;
    this.coded = codes.query();
    this.query = query;
    this.rough = new TopRows(codes.rescored(search.k()), exact.view().ids);
    this.filter = search.filter();
    this.all = search.unconditional();
    this.bounds = new float[exact.kernels().width()];
    this.orderedScores = new float[BLOCK + Math.max(3, bounds.length)];
    coded.set(query);
  }

  @Override
  void offer(int from, int to) {
    int end = Math.min(to, exact.view().rows);
    for (int first = from; first < end; first += BLOCK) {
      int count = Math.min(BLOCK, end - first);
      coded.orderedScores(first, count, rough.floor(), orderedScores);
      keep(first, count);
    }
  }

  /// As [#offer(int, int)], for another query of the same search at once: each code is read and
  /// taken apart once.
  void offer(CodedScan other, int from, int to) {
    int end = Math.min(to, exact.view().rows);
    for (int first = from; first < end; first += BLOCK) {
      int count = Math.min(BLOCK, end - first);
      coded.orderedScores(
          other.coded,
          first,
          count,
          rough.floor(),
          other.rough.floor(),
          orderedScores,
          other.orderedScores);
      keep(first, count);
      other.keep(first, count);
    }
  }

  private void keep(int first, int count) {
    RowView view = exact.view();
    boolean allAlive = view.allAlive();
    Arrays.fill(bounds, rough.floor());
    for (int i = 0; i < count; i += bounds.length) {
      // Many at a time, as hardly any is good enough.
      long reached = exact.kernels().atLeast(orderedScores, i, bounds);
      if (count - i < bounds.length) {
        reached &= (1L << (count - i)) - 1;
      }
      for (; reached != 0; reached &= reached - 1) {
        int n = i + Long.numberOfTrailingZeros(reached);
        int row = first + n;
        if (rough.wants(orderedScores[n], row)
            && (allAlive || view.alive(row))
            && (all || filter.test(view.ids[row]))) {
          rough.add(orderedScores[n], row);
          gains++;
          Arrays.fill(bounds, rough.floor());
        }
      }
    }
  }

  @Override
  int found() {
    return rough.size();
  }

  @Override
  long gains() {
    return gains;
  }

  @Override
  void settle(TopK best) {
    exact.offerRows(query, rough.rows(), best);
  }
}
