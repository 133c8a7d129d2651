package ai.fovea.index.eval;

import java.util.Collections;
import java.util.SortedMap;

/// How good a search was; every figure from 0 to 1.
///
/// @param recall for each `k`, the share of queries with a match among the first `k`, of those that
///     have a match at all
/// @param precision for each `k`, the mean share of matches among the first `k`, over all queries
/// @param meanAveragePrecision mAP: the mean over queries with a match of the mean over matches of
///     precision at their rank
/// @param meanInverseNegativePenalty mINP: the mean over queries with a match of their number of
///     matches divided by the rank of the last, ranks from 1 (Ye et al., "Deep Learning for Person
///     Re-identification", 2021, eq. 11)
/// @param queries how many queries there were
/// @param matchable how many of them have a match in the gallery
public record RetrievalResult(
    SortedMap<Integer, Double> recall,
    SortedMap<Integer, Double> precision,
    double meanAveragePrecision,
    double meanInverseNegativePenalty,
    int queries,
    int matchable) {
  /// Makes the maps unchangeable.
  public RetrievalResult {
    recall = Collections.unmodifiableSortedMap(recall);
    precision = Collections.unmodifiableSortedMap(precision);
  }
}
