package ai.fovea.gallery;

import java.util.Optional;

/// A gallery image near to a query.
///
/// @param entry the image
/// @param score how near, in the gallery's [Similarity]
public record Candidate(Entry entry, float score) {
  /// Returns the image's label.
  public String label() {
    return entry.label();
  }

  /// Returns where the image came from.
  public Optional<String> source() {
    return entry.source();
  }
}
