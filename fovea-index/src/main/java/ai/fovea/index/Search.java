package ai.fovea.index;

import java.util.function.LongPredicate;

/// What is asked of an index: `Search.of(10).where(id -> id < 500).withEf(128)`.
///
/// @param k how many results at most, 1 or greater
/// @param filter whether an id may be a result; asked about some ids, in any order, by any of the
///     threads; must not change the index
/// @param ef HNSW: how many candidates are kept on the way, 1 or greater; 0 for the index's own,
///     and under a condition for as many as it takes. More finds more, more slowly
/// @param nprobe IVF: how many lists are looked through, 1 or greater; 0 for the index's own, and
///     under a condition for as many as it takes
/// @param threads how many threads share a batch, 1 or greater
public record Search(int k, LongPredicate filter, int ef, int nprobe, int threads) {
  /// A condition that can be told from a caller's, so that nothing is asked where nothing is
  /// refused.
  private enum Everything implements LongPredicate {
    WANTED;

    @Override
    public boolean test(long id) {
      return true;
    }
  }

  /// Checks the values.
  public Search {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", expected 1 or greater");
    }
    if (ef < 0) {
      throw new IllegalArgumentException(
          "ef is " + ef + ", expected 1 or greater, or 0 for the index's own");
    }
    if (nprobe < 0) {
      throw new IllegalArgumentException(
          "nprobe is " + nprobe + ", expected 1 or greater, or 0 for the index's own");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", expected 1 or greater");
    }
  }

  /// Returns the `k` best of all.
  public static Search of(int k) {
    return new Search(k, Everything.WANTED, 0, 0, 1);
  }

  /// Only among ids that `condition` accepts.
  public Search where(LongPredicate condition) {
    return new Search(k, condition, ef, nprobe, threads);
  }

  /// Returns the same with another number of candidates (HNSW).
  public Search withEf(int candidates) {
    return new Search(k, filter, candidates, nprobe, threads);
  }

  /// Returns the same with another number of lists (IVF).
  public Search withNprobe(int lists) {
    return new Search(k, filter, ef, lists, threads);
  }

  /// Returns the same with another number of threads.
  public Search withThreads(int number) {
    return new Search(k, filter, ef, nprobe, number);
  }

  /// Returns whether every id is wanted.
  boolean unconditional() {
    return filter instanceof Everything;
  }
}
