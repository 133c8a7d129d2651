package ai.fovea.recognize.post;

/// Boxes before overlapping ones are left out, with the scores of each class.
///
/// @param boxes `[K,4]`: left, top, right, bottom
/// @param scores `[C,K]`
/// @param classes C
@SuppressWarnings("ArrayRecordComponent") // thousands of numbers between two steps, never compared
public record Candidates(float[] boxes, float[] scores, int classes) {
  /// Checks the lengths.
  public Candidates {
    if (classes < 1
        || boxes.length % 4 != 0
        || (long) boxes.length / 4 * classes != scores.length) {
      throw new IllegalArgumentException(
          "%d numbers of boxes and %d scores of %d classes do not belong together"
              .formatted(boxes.length, scores.length, classes));
    }
  }

  /// The number of boxes, K.
  public int count() {
    return boxes.length / 4;
  }
}
