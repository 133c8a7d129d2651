package ai.fovea.recognize;

import ai.fovea.gallery.decision.Decision;
import java.util.List;
import java.util.Optional;

/// What an image shows.
///
/// @param image the image's name
/// @param label of the gallery; empty where the image shows nothing that the gallery knows
/// @param probable where unknown: the label of the nearest image, if its score speaks for it though it does not reach the threshold
///     ([ai.fovea.gallery.calibration.Calibration#isProbable(String, float, ai.fovea.gallery.Similarity)]); else empty
/// @param score of the nearest image of that label, or of all where unknown; the gallery's similarity
/// @param threshold what the score had to reach
/// @param share the label's share of all votes, 0 to 1; 0 where unknown for want of votes
/// @param margin how clear the label is: its share less that of the next one, 0 to 1
/// @param candidates the nearest gallery images, best first, also where unknown
/// @param milliseconds from the encoded image to the answer
public record Recognition(
    String image,
    Optional<String> label,
    Optional<String> probable,
    double score,
    double threshold,
    double share,
    double margin,
    List<Match> candidates,
    double milliseconds) {
  /// An image of the gallery near the query.
  ///
  /// @param source path or name that the gallery remembers of it; empty if none
  public record Match(long id, String label, double score, String source) {}

  /// Copies the list.
  public Recognition {
    candidates = List.copyOf(candidates);
  }

  static Recognition of(String image, Decision decision, double milliseconds) {
    return new Recognition(
        image,
        decision.label(),
        decision.probable(),
        decision.score().orElse(0),
        decision.threshold(),
        decision.share(),
        decision.margin(),
        decision.candidates().stream()
            .map(c -> new Match(c.entry().id(), c.label(), c.score(), c.source().orElse("")))
            .toList(),
        milliseconds);
  }

  /// Whether the image shows nothing that the gallery knows.
  public boolean isUnknown() {
    return label.isEmpty();
  }
}
