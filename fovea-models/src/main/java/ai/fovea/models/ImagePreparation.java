package ai.fovea.models;

import java.util.List;

/// How images are made ready for a network whose published weights are used: the shorter side is resized, the middle cut
/// out, values are scaled to 0 to 1 and normalised.
///
/// @param size height and width in pixels of what is cut out
/// @param shortSide length in pixels that the shorter side is resized to
/// @param interpolation of the resizing
/// @param mean of red, green and blue, which is subtracted
/// @param std of red, green and blue, which divides
public record ImagePreparation(
    int size, int shortSide, Interpolation interpolation, List<Double> mean, List<Double> std) {
  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

  /// How pixels between pixels are computed.
  public enum Interpolation {
    /// Of two by two pixels.
    BILINEAR,
    /// Of four by four pixels.
    BICUBIC
  }

  /// The statistics of ImageNet, and the usual margin: 256 for 224.
  public static ImagePreparation imageNet() {
    return imageNet(224, 256, Interpolation.BILINEAR);
  }

  /// The statistics of ImageNet.
  public static ImagePreparation imageNet(int size, int shortSide, Interpolation interpolation) {
    return new ImagePreparation(
        size, shortSide, interpolation, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  }

  /// Values from -1 to 1.
  public static ImagePreparation centred(int size, int shortSide) {
    return new ImagePreparation(size, shortSide, Interpolation.BILINEAR, HALVES, HALVES);
  }
}
