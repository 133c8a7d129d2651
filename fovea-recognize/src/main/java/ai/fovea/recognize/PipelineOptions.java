package ai.fovea.recognize;

/// Which objects a [Pipeline] looks up, and which of its results it keeps. The defaults are the reference's.
///
/// @param maxDetections so many of the surest objects are looked up
/// @param minDetectionScore objects that the detector is less sure of are left out, 0 to 1
/// @param wholeImage whether the whole image is looked up as well
/// @param maxOverlap of results that overlap by more (intersection over union) only the best is kept, 0 to 1; 1 keeps all
/// @param keepUnknown whether objects that the gallery does not know are among the results
public record PipelineOptions(
    int maxDetections,
    double minDetectionScore,
    boolean wholeImage,
    double maxOverlap,
    boolean keepUnknown) {
  /// Five objects with at least 0.2 and the whole image; results overlap by 0.05 at most, and are known.
  public static final PipelineOptions DEFAULT = new PipelineOptions(5, 0.2, true, 0.05, false);

  /// Checks the ranges.
  public PipelineOptions {
    if (maxDetections < 0
        || !(minDetectionScore >= 0 && minDetectionScore <= 1)
        || !(maxOverlap >= 0 && maxOverlap <= 1)) {
      throw new IllegalArgumentException(
          "%d objects, score %s, overlap %s: expected 0 or more, and shares of 0 to 1"
              .formatted(maxDetections, minDetectionScore, maxOverlap));
    }
  }

  /// The same with or without objects that the gallery does not know.
  public PipelineOptions withKeepUnknown(boolean kept) {
    return new PipelineOptions(maxDetections, minDetectionScore, wholeImage, maxOverlap, kept);
  }

  /// The same with or without the whole image.
  public PipelineOptions withWholeImage(boolean taken) {
    return new PipelineOptions(maxDetections, minDetectionScore, taken, maxOverlap, keepUnknown);
  }

  /// The same with another overlap that is accepted.
  public PipelineOptions withMaxOverlap(double share) {
    return new PipelineOptions(maxDetections, minDetectionScore, wholeImage, share, keepUnknown);
  }
}
