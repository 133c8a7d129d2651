package ai.fovea.gallery;

import ai.fovea.index.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// How a label is chosen from the nearest pictures.
///
/// Candidates whose score does not reach the threshold have no vote; where none reaches it, the answer is *unknown*.
/// Each other candidate votes for its label with the square of its score's distance from the threshold: one very near
/// picture outweighs several that barely pass. Of equal sums the label of the nearer picture wins.
///
/// @param k how many of the nearest pictures vote, 1 or greater
/// @param threshold the score that counts as known; empty for the gallery's own
public record DecisionPolicy(int k, OptionalDouble threshold) {
  /// Five nearest, the gallery's threshold.
  public static final DecisionPolicy DEFAULT = new DecisionPolicy(5, OptionalDouble.empty());

  /// Checks the values.
  public DecisionPolicy {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", expected 1 or greater");
    }
    if (threshold.isPresent() && !Double.isFinite(threshold.getAsDouble())) {
      throw new IllegalArgumentException(
          "threshold " + threshold.getAsDouble() + ": expected a finite score");
    }
  }

  /// The same with another threshold.
  public DecisionPolicy withThreshold(float score) {
    return new DecisionPolicy(k, OptionalDouble.of(score));
  }

  /// The same with another number of voters.
  public DecisionPolicy withK(int voters) {
    return new DecisionPolicy(voters, threshold);
  }

  /// Decides between candidates that come best first.
  Decision decide(List<Candidate> candidates, float bound, Metric metric) {
    Map<String, Double> votes = new LinkedHashMap<>();
    double all = 0;
    for (Candidate candidate : candidates) {
      double margin = (double) metric.merit(candidate.score()) - metric.merit(bound);
      if (margin >= 0) {
        // A score right at the threshold still counts for something.
        double vote = margin * margin + Double.MIN_NORMAL;
        votes.merge(candidate.label(), vote, Double::sum);
        all += vote;
      }
    }
    // The first of the greatest: labels lie in the order of their nearest pictures.
    Optional<Map.Entry<String, Double>> winner =
        votes.entrySet().stream().reduce((a, b) -> b.getValue() > a.getValue() ? b : a);
    double sum = all;
    return new Decision(
        winner.map(Map.Entry::getKey),
        bound,
        winner.map(w -> w.getValue() / sum).orElse(0.0),
        candidates);
  }
}
