package ai.fovea.image;

import org.bytedeco.opencv.global.opencv_imgproc;

/// Small copies of pictures.
public final class Thumbnail {
  private Thumbnail() {}

  /// A picture whose longer side is `side`, by averaging (cubic where it has to grow).
  ///
  /// @param side at least 1
  public static Picture of(Picture picture, int side) {
    if (side < 1 || picture.width() < 1 || picture.height() < 1) {
      throw new IllegalArgumentException("can't fit " + picture + " into " + side + " pixels");
    }
    double scale = (double) side / Math.max(picture.width(), picture.height());
    int w = Math.max(1, (int) Math.rint(picture.width() * scale));
    int h = Math.max(1, (int) Math.rint(picture.height() * scale));
    if (w == picture.width() && h == picture.height()) {
      return picture;
    }
    int how = scale < 1 ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_CUBIC;
    try (var workspace = new Workspace()) {
      return workspace
          .buffers()
          .resize(picture, 0, 0, picture.width(), picture.height(), w, h, 0, 0, how);
    }
  }
}
