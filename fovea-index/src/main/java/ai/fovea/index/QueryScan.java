package ai.fovea.index;

import ai.fovea.index.internal.TopK;
import java.util.function.LongPredicate;

/// Compares one query with runs of rows of a version. By one thread.
abstract sealed class QueryScan permits QueryScan.Exact, CodedScan {

  /// Looks at the rows from `from` (inclusive) to `to` (exclusive); there may be fewer.
  abstract void offer(int from, int to);

  /// Returns how many rows were found so far, at least `k` where there are as many.
  abstract int found();

  /// Returns how often a row took its place among the best so far.
  abstract long gains();

  /// Offers what was found to `best`, with exact scores.
  abstract void settle(TopK best);

  /// By the vectors themselves.
  static final class Exact extends QueryScan {
    private final ExactScan scan;
    private final float[] query;
    private final TopK best;
    private final LongPredicate filter;
    private final float[] scores;

    /// What is found is offered to `best` at once.
    Exact(ExactScan scan, float[] query, TopK best, LongPredicate filter) {
      this.scan = scan;
      this.query = query;
      this.best = best;
      this.filter = filter;
      this.scores = scan.room();
    }

    @Override
    void offer(int from, int to) {
      scan.offerRun(query, from, to, best, filter, scores);
    }

    @Override
    int found() {
      return best.size();
    }

    @Override
    long gains() {
      return best.gains();
    }

    @Override
    void settle(TopK to) {}
  }
}
