package ai.fovea.index;

import ai.fovea.base.Problems;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.LongPredicate;

/// What every kind of index refuses.
final class Checks {
  private static final int LONGEST_VECTOR = 1 << 16;

  private Checks() {}

  static void dimension(int dimension) {
    if (dimension < 1 || dimension > LONGEST_VECTOR) {
      throw new IllegalArgumentException(
          "dimension " + dimension + ": expected 1 to " + LONGEST_VECTOR + " values in a vector");
    }
  }

  /// Memory that an index keeps is read by any thread.
  static void anyThreads(MemorySegment memory) {
    if (!memory.isAccessibleBy(new Thread())) {
      throw new IllegalArgumentException(
          "an index needs memory that any thread may read: of an automatic or a shared arena, not"
              + " of a confined one");
    }
  }

  /// All that is wrong with vectors to be added.
  static void additions(long[] ids, float[][] vectors, int dimension, LongPredicate inUse) {
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
      } else if (inUse.test(id)) {
        problems.add("id " + id + " is in use: update it, or choose another");
      }
      Integer earlier = ids.length == 1 ? null : seen.putIfAbsent(id, i);
      if (earlier != null) {
        problems.add("id " + id + " appears twice: at " + earlier + " and " + i);
      }
      VectorCheck.problem(vectors[i], dimension)
          .ifPresent(problem -> problems.add("vector of id " + id + ": " + problem));
    }
    problems.throwIfAny(Checks::refusal);
  }

  /// Whether a vector can take the place of that under `id`.
  static void replacement(long id, float[] vector, int dimension) {
    VectorCheck.problem(vector, dimension)
        .ifPresent(problem -> {
          throw new IllegalArgumentException("vector of id " + id + ": " + problem);
        });
  }

  /// Whether all ids to be removed are there, each named once.
  static void removals(long[] ids, LongPredicate inUse) {
    Set<Long> seen = new HashSet<>();
    for (long id : ids) {
      known(id, inUse);
      if (!seen.add(id)) {
        throw new IllegalArgumentException("id " + id + " is to be removed twice");
      }
    }
  }

  static void known(long id, LongPredicate inUse) {
    if (!inUse.test(id)) {
      throw new NoSuchElementException("no vector has the id " + id);
    }
  }

  /// All that is wrong with queries.
  static void queries(float[][] queries, int dimension) {
    Problems problems = new Problems();
    for (int q = 0; q < queries.length; q++) {
      String name = queries.length == 1 ? "the query" : "query " + q;
      VectorCheck.problem(queries[q], dimension)
          .ifPresent(problem -> problems.add(name + " " + problem));
    }
    problems.throwIfAny(Checks::refusal);
  }

  private static IllegalArgumentException refusal(List<String> problems) {
    return new IllegalArgumentException(
        Problems.text(problems, problems.size(), "nothing was changed"));
  }
}
