package ai.fovea.gallery;

import java.util.Optional;

/// A gallery picture near to a query.
///
/// @param entry the picture
/// @param score how near, in the gallery's [Similarity]
public record Candidate(Entry entry, float score) {
  /// The picture's label.
  public String label() {
    return entry.label();
  }

  /// Where the picture came from.
  public Optional<String> source() {
    return entry.source();
  }
}
