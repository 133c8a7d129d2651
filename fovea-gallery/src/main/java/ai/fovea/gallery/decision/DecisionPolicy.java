package ai.fovea.gallery.decision;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.index.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// How a label is chosen from the nearest images.
///
/// A candidate with the score `s` and a label with the threshold `t` has no vote where `s` does not
/// reach `t`; where none has, the answer is *unknown*. Else it votes for its label with
///
///     vote = (s - t)²
///
/// so that one very near image outweighs several that barely pass. The label with the greatest sum
/// of votes `V₁` wins, of equal sums that of the nearer image. Of all votes `V` its share is
/// `V₁ / V`, and its margin before the label with the next greatest sum `(V₁ - V₂) / V`; where that
/// is less than the required margin, the answer is unknown too.
///
/// @param k how many of the nearest images vote, 1 or greater
/// @param threshold the score that counts as known, for all labels; empty for the gallery's own
///     thresholds
/// @param margin the margin that the winner needs, 0 to 1
public record DecisionPolicy(int k, OptionalDouble threshold, double margin) {
  /// Five nearest, the gallery's thresholds, any margin.
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
    if (!(margin >= 0 && margin <= 1)) {
      throw new IllegalArgumentException("margin " + margin + ": expected 0 to 1");
    }
  }

  /// Any margin.
  public DecisionPolicy(int k, OptionalDouble threshold) {
    this(k, threshold, 0);
  }

  /// Returns the calibration that decides, with this policy, what a gallery answers: the gallery's,
  /// which also tells what is probable, else one of this policy's threshold alone, else under
  /// cosine the usual one.
  ///
  /// @param stored the gallery's
  /// @param similarity the gallery's
  /// @throws GalleryException where there is none of these
  public Calibration calibration(Optional<Calibration> stored, Similarity similarity) {
    return stored.orElseGet(() -> {
      if (threshold.isPresent()) {
        return Calibration.given((float) threshold.getAsDouble());
      }
      if (similarity != Similarity.COSINE) {
        throw new GalleryException(
            "the gallery has no threshold and "
                + similarity.text()
                + " has no usual one: calibrate it, or give a threshold");
      }
      return Calibration.usual();
    });
  }

  /// Returns the same with another threshold.
  public DecisionPolicy withThreshold(float score) {
    return new DecisionPolicy(k, OptionalDouble.of(score), margin);
  }

  /// Returns the same with another number of voters.
  public DecisionPolicy withK(int voters) {
    return new DecisionPolicy(voters, threshold, margin);
  }

  /// Returns the same with another margin.
  public DecisionPolicy withMargin(double min) {
    return new DecisionPolicy(k, threshold, min);
  }

  /// Decides between candidates that were found already.
  ///
  /// @param candidates best first; all of them vote, whatever `k`
  /// @param calibration has the thresholds; this policy's own, if any, replaces them, but not what
  ///     was measured
  /// @param similarity what the scores are
  public Decision decide(
      List<Candidate> candidates, Calibration calibration, Similarity similarity) {
    Metric metric = similarity.metric();
    Map<String, Double> votes = new LinkedHashMap<>();
    double all = 0;
    for (Candidate candidate : candidates) {
      float needed = threshold(candidate.label(), calibration);
      double above = (double) metric.orderedScore(candidate.score()) - metric.orderedScore(needed);
      if (above >= 0) {
        // A score right at the threshold still counts for something.
        double vote = above * above + Double.MIN_NORMAL;
        votes.merge(candidate.label(), vote, Double::sum);
        all += vote;
      }
    }
    Optional<String> winner = Optional.empty();
    double first = 0;
    double second = 0;
    // Labels lie in the order of their nearest images: of equal sums the first wins.
    for (Map.Entry<String, Double> vote : votes.entrySet()) {
      if (vote.getValue() > first) {
        second = first;
        first = vote.getValue();
        winner = Optional.of(vote.getKey());
      } else {
        second = Math.max(second, vote.getValue());
      }
    }
    double lead = winner.isPresent() ? (first - second) / all : 0;
    Optional<String> decided = lead < margin ? Optional.empty() : winner;
    Optional<Candidate> nearestOne = candidates.stream().findFirst();
    Optional<String> nearest = nearestOne.map(Candidate::label);
    return new Decision(
        decided,
        nearestOne
            .filter(c ->
                decided.isEmpty()
                    && calibration.isProbable(
                        c.label(), c.score(), threshold(c.label(), calibration), similarity))
            .map(Candidate::label),
        decided
            .or(() -> nearest)
            .map(label -> threshold(label, calibration))
            .orElse(threshold("", calibration)),
        winner.isPresent() ? first / all : 0,
        lead,
        candidates);
  }

  private float threshold(String label, Calibration calibration) {
    return threshold.isPresent() ? (float) threshold.getAsDouble() : calibration.thresholdOf(label);
  }
}
