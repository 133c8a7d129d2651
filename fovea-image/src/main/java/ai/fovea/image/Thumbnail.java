package ai.fovea.image;

import org.bytedeco.opencv.global.opencv_imgproc;

/// Small copies of images.
public final class Thumbnail {
  private Thumbnail() {}

  /// An image whose longer side is `side`, by averaging (cubic where it has to grow).
  ///
  /// @param side at least 1
  public static Image of(Image image, int side) {
    if (side < 1 || image.width() < 1 || image.height() < 1) {
      throw new IllegalArgumentException("can't fit " + image + " into " + side + " pixels");
    }
    double scale = (double) side / Math.max(image.width(), image.height());
    int w = Math.max(1, (int) Math.rint(image.width() * scale));
    int h = Math.max(1, (int) Math.rint(image.height() * scale));
    if (w == image.width() && h == image.height()) {
      return image;
    }
    int how = scale < 1 ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_CUBIC;
    try (var workspace = new Workspace()) {
      return workspace
          .buffers()
          .resize(image, 0, 0, image.width(), image.height(), w, h, 0, 0, how);
    }
  }
}
