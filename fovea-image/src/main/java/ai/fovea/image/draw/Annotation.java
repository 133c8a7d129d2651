package ai.fovea.image.draw;

import java.util.Optional;

/// What to write on an image.
///
/// @param box where the thing is; empty for the whole image
/// @param label what it is, in any script; shortened where there is no room
/// @param detail a score or the like, never shortened; may be empty
/// @param known false for a thing that the gallery does not have: it is drawn in another colour
public record Annotation(Optional<Box> box, String label, String detail, boolean known) {
  /// A rectangle in pixels of the image.
  ///
  /// @param left the first column
  /// @param top the first row
  /// @param width at least 1
  /// @param height at least 1
  public record Box(double left, double top, double width, double height) {
    /// In an image that is enlarged.
    Box scaled(double by) {
      return new Box(left * by, top * by, width * by, height * by);
    }
  }

  /// A label with its score, on the whole image.
  public static Annotation of(String label, double score) {
    return new Annotation(Optional.empty(), label, "%.2f".formatted(score), true);
  }

  /// A label with its score, in a box.
  public static Annotation of(Box box, String label, double score) {
    return new Annotation(Optional.of(box), label, "%.2f".formatted(score), true);
  }

  /// That nothing in the gallery is near enough.
  ///
  /// @param score of the nearest
  public static Annotation unknown(double score) {
    return new Annotation(Optional.empty(), "unknown", "%.2f".formatted(score), false);
  }

  /// The same in a box.
  public Annotation in(Box where) {
    return new Annotation(Optional.of(where), label, detail, known);
  }
}
