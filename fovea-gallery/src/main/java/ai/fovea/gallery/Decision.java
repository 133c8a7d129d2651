package ai.fovea.gallery;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Which label a query has, if any.
///
/// @param label the label, or empty: *unknown*
/// @param threshold the score that was needed
/// @param share the winner's share of all votes, 0 to 1; 0 where unknown
/// @param candidates the nearest pictures, best first, also where the answer is unknown
public record Decision(
    Optional<String> label, float threshold, double share, List<Candidate> candidates) {
  /// Copies the list.
  public Decision {
    candidates = List.copyOf(candidates);
  }

  /// Whether nothing in the gallery is near enough.
  public boolean isUnknown() {
    return label.isEmpty();
  }

  /// The best score among the winner's pictures, or of the nearest picture where unknown; empty for an empty gallery.
  public OptionalDouble score() {
    return candidates.stream()
        .filter(c -> label.isEmpty() || label.get().equals(c.label()))
        .mapToDouble(Candidate::score)
        .findFirst();
  }
}
