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
  private final LongPredicate wanted;
  private final boolean all;
  private final float[] merits;
  private final float[] bounds;
  private long gains;

  /// For one query of `search`.
  CodedScan(ExactScan exact, Codes codes, float[] query, Search search) {
    this.exact = exact;
    this.coded = codes.query();
    this.query = query;
    this.rough = new TopRows(codes.rescored(search.k()), exact.view().ids);
    this.wanted = search.wanted();
    this.all = search.unconditional();
    this.bounds = new float[exact.kernels().width()];
    this.merits = new float[BLOCK + Math.max(3, bounds.length)];
    coded.set(query);
  }

  @Override
  void offer(int from, int to) {
    int end = Math.min(to, exact.view().rows);
    for (int first = from; first < end; first += BLOCK) {
      int count = Math.min(BLOCK, end - first);
      coded.merits(first, count, rough.floor(), merits);
      keep(first, count);
    }
  }

  /// As [#offer(int, int)], for another query of the same search at once: each code is read and taken apart once.
  void offer(CodedScan other, int from, int to) {
    int end = Math.min(to, exact.view().rows);
    for (int first = from; first < end; first += BLOCK) {
      int count = Math.min(BLOCK, end - first);
      coded.merits(
          other.coded, first, count, rough.floor(), other.rough.floor(), merits, other.merits);
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
      long reached = exact.kernels().atLeast(merits, i, bounds);
      if (count - i < bounds.length) {
        reached &= (1L << (count - i)) - 1;
      }
      for (; reached != 0; reached &= reached - 1) {
        int n = i + Long.numberOfTrailingZeros(reached);
        int row = first + n;
        if (rough.wants(merits[n], row)
            && (allAlive || view.alive(row))
            && (all || wanted.test(view.ids[row]))) {
          rough.add(merits[n], row);
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
