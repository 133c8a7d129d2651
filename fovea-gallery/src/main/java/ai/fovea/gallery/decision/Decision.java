package ai.fovea.gallery.decision;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.calibration.Calibration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Which label a query has, if any.
///
/// @param label the label, or empty: *unknown*
/// @param probable where the label is unknown: that of the nearest image, if its score speaks for
///     it all the same ([Calibration#isProbable(String, float, Similarity)]); else empty
/// @param threshold the score that was needed: that of the label, or of the nearest image's label
///     where unknown
/// @param share the winner's share of all votes, 0 to 1; 0 where nothing had a vote
/// @param margin how clear the winner is: its share of all votes less that of the label with the
///     next most, 0 to 1; 1 where no other label had a vote, 0 where nothing had
/// @param candidates the nearest images, best first, also where the answer is unknown
public record Decision(
    Optional<String> label,
    Optional<String> probable,
    float threshold,
    double share,
    double margin,
    List<Candidate> candidates) {
  /// Copies the list.
  public Decision {
    candidates = List.copyOf(candidates);
  }

  /// Returns whether nothing in the gallery is near enough, or nothing clearly enough.
  public boolean isUnknown() {
    return label.isEmpty();
  }

  /// Returns the best score among the winner's images, or of the nearest image where unknown; empty
  /// for an empty gallery.
  public OptionalDouble score() {
    for (Candidate candidate : candidates) {
      if (label.isEmpty() || label.get().equals(candidate.label())) {
        return OptionalDouble.of(candidate.score());
      }
    }
    return OptionalDouble.empty();
  }
}
