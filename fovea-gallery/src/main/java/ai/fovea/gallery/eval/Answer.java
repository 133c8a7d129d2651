package ai.fovea.gallery.eval;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.decision.Decision;
import java.util.Optional;

/// What a gallery said of one query.
///
/// @param label the query's true label
/// @param known whether the gallery has that label, with another image than the query itself; else
///     *unknown* is the right answer
/// @param source where the query came from
/// @param decision what the gallery said
/// @param rank the place of the first image with the true label among the nearest, from 1; 0 where
///     it is not among those looked at
public record Answer(
    String label, boolean known, Optional<String> source, Decision decision, int rank) {

  /// What became of a query.
  public enum Kind {
    /// The right label, or unknown where it is unknown.
    RIGHT,
    /// Another label than that of a known thing.
    WRONG_LABEL,
    /// A known thing was rejected as unknown.
    FALSE_REJECT,
    /// An unknown thing was accepted as a known one.
    FALSE_ACCEPT
  }

  /// Returns what became of it.
  public Kind kind() {
    if (!known) {
      return decision.isUnknown() ? Kind.RIGHT : Kind.FALSE_ACCEPT;
    }
    if (decision.isUnknown()) {
      return Kind.FALSE_REJECT;
    }
    return decision.label().get().equals(label) ? Kind.RIGHT : Kind.WRONG_LABEL;
  }

  /// Returns the nearest image of the label that was answered; of all where the answer is unknown.
  public Optional<Candidate> nearest() {
    return decision.candidates().stream()
        .filter(c -> decision.isUnknown() || decision.label().get().equals(c.label()))
        .findFirst();
  }

  /// Returns how far the answer lies on the wrong side of the threshold, greater is worse; 0 where
  /// the answer is right.
  public double severity() {
    return kind() == Kind.RIGHT || decision.score().isEmpty()
        ? 0
        : Math.abs(decision.score().getAsDouble() - decision.threshold());
  }
}
