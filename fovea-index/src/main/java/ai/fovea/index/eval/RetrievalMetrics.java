package ai.fovea.index.eval;

import ai.fovea.index.internal.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// recall@k, precision@k, mAP and mINP, as PaddleClas' retrieval evaluation defines them, with one
/// correction: its mINP divides by ranks from 0, this one by ranks from 1, as published.
///
/// A gallery image *matches* a query where it has its label and is not excluded (same camera). Of
/// equal similarities the earlier gallery image ranks first. Nothing here depends on chance or on
/// the number of threads.
public final class RetrievalMetrics {
  private RetrievalMetrics() {}

  /// Ranks the gallery by inner product for each query; [EvaluationSet#normalized()] first for the
  /// cosine.
  public static RetrievalResult evaluate(
      EvaluationSet queries, EvaluationSet gallery, RetrievalSettings settings) {
    if (queries.size() > 0
        && gallery.size() > 0
        && queries.vector(0).length != gallery.vector(0).length) {
      throw new IllegalArgumentException(
          "query vectors have "
              + queries.vector(0).length
              + " values, gallery vectors "
              + gallery.vector(0).length
              + ": expected vectors of one model");
    }
    List<int[]> ranks = new ArrayList<>(queries.size());
    float[] scores = new float[gallery.size()];
    boolean[] matches = new boolean[gallery.size()];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = rows(gallery, arena);
      for (int q = 0; q < queries.size(); q++) {
        if (gallery.size() > 0) {
          Kernels.fastest().dot(queries.vector(q), rows, 0, gallery.size(), scores);
        }
        for (int g = 0; g < scores.length; g++) {
          boolean excluded = queries.excludes(q, gallery, g);
          matches[g] = !excluded && queries.label(q) == gallery.label(g);
          if (excluded) {
            scores[g] = settings.excluded() == RetrievalSettings.Excluded.LEAVE ? Float.NaN : 0;
          }
        }
        ranks.add(ranks(scores, matches));
      }
    }
    return ofRanks(ranks, settings);
  }

  /// Returns the same from similarities that were computed elsewhere.
  ///
  /// @param scores `[Q][G]`, greater is more alike; NaN is not ranked
  /// @param matches `[Q][G]`
  public static RetrievalResult ofScores(
      float[][] scores, boolean[][] matches, RetrievalSettings settings) {
    if (scores.length != matches.length) {
      throw new IllegalArgumentException(
          "there are "
              + scores.length
              + " rows of scores and "
              + matches.length
              + " of matches, expected as many");
    }
    List<int[]> ranks = new ArrayList<>(scores.length);
    for (int q = 0; q < scores.length; q++) {
      ranks.add(ranks(scores[q], matches[q]));
    }
    return ofRanks(ranks, settings);
  }

  /// Returns the ranks (from 1, ascending) of the matches in one query's ranking, found without
  /// sorting the others: each image is counted at the first match that it ranks before.
  static int[] ranks(float[] scores, boolean[] matches) {
    int[] order = matchesInOrder(scores, matches);
    int[] before = new int[order.length + 1];
    for (int g = 0; g < scores.length; g++) {
      if (!Float.isNaN(scores[g]) && order.length > 0) {
        before[place(order, scores, g)]++;
      }
    }
    int[] ranks = new int[order.length];
    int sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += before[i];
      ranks[i] = sum;
    }
    return ranks;
  }

  /// Returns the matches by falling score, of equal scores by their place.
  private static int[] matchesInOrder(float[] scores, boolean[] matches) {
    List<Integer> order = new ArrayList<>();
    for (int g = 0; g < scores.length; g++) {
      if (matches[g] && !Float.isNaN(scores[g])) {
        order.add(g);
      }
    }
    // Sorting is stable.
    order.sort((a, b) -> Float.compare(scores[b], scores[a]));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Returns the first in `order` that image `g` does not rank after; `g` itself where it is one of
  /// them.
  private static int place(int[] order, float[] scores, int g) {
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int other = order[middle];
      int compared = Float.compare(scores[other], scores[g]);
      if (compared > 0 || (compared == 0 && other < g)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static RetrievalResult ofRanks(List<int[]> ranks, RetrievalSettings settings) {
    SortedMap<Integer, Double> recall = new TreeMap<>();
    for (int k : settings.recallAt()) {
      recall.put(k, mean(ranks, settings, true, r -> r[0] <= k ? 1 : 0));
    }
    SortedMap<Integer, Double> precision = new TreeMap<>();
    for (int k : settings.precisionAt()) {
      precision.put(
          k,
          mean(
              ranks,
              settings,
              false,
              r -> (double) Arrays.stream(r).filter(rank -> rank <= k).count() / k));
    }
    return new RetrievalResult(
        recall,
        precision,
        mean(ranks, settings, true, RetrievalMetrics::averagePrecision),
        mean(ranks, settings, true, r -> (double) r.length / r[r.length - 1]),
        ranks.size(),
        (int) ranks.stream().filter(r -> r.length > 0).count());
  }

  private static double averagePrecision(int[] ranks) {
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += (i + 1.0) / ranks[i];
    }
    return sum / ranks.length;
  }

  /// Returns the mean over queries, or over those with a match; by blocks where the settings say
  /// so.
  private static double mean(
      List<int[]> ranks,
      RetrievalSettings settings,
      boolean matchableOnly,
      ToDoubleFunction<int[]> figure) {
    int block = settings.blockSize().orElse(Math.max(1, ranks.size()));
    double sum = 0;
    for (int from = 0; from < ranks.size(); from += block) {
      List<int[]> part = ranks.subList(from, Math.min(ranks.size(), from + block));
      double mean =
          part.stream()
              .filter(r -> !matchableOnly || r.length > 0)
              .mapToDouble(figure)
              .average()
              .orElse(0);
      sum += mean * part.size() / ranks.size();
    }
    return sum;
  }

  private static MemorySegment rows(EvaluationSet set, Arena arena) {
    int dimension = set.size() == 0 ? 0 : set.vector(0).length;
    MemorySegment rows = arena.allocate((long) set.size() * dimension * Float.BYTES, 64);
    for (int i = 0; i < set.size(); i++) {
      MemorySegment.copy(
          set.vector(i),
          0,
          rows,
          ValueLayout.JAVA_FLOAT,
          (long) i * dimension * Float.BYTES,
          dimension);
    }
    return rows;
  }
}
