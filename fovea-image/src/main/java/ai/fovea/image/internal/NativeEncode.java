package ai.fovea.image.internal;

import ai.fovea.image.Image;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/// Images to file bytes by OpenCV.
public final class NativeEncode {
  private static final int PNG_LEVEL = 3; // what OpenCV's own default for PNG amounts to

  private NativeEncode() {}

  /// Encodes in the format of `ending`.
  ///
  /// @param quality of a JPEG, 1 to 100
  public static byte[] encode(Image image, String ending, int quality) {
    if (image.width() == 0 || image.height() == 0) {
      throw new IllegalArgumentException("an image of no pixels can't be written: " + image);
    }
    OpenCv.load();
    byte[] rgb = image.pixels();
    byte[] bgr = new byte[rgb.length]; // OpenCV's writers want blue first
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    boolean jpeg = ending.equals(".jpg");
    try (var pixels = new BytePointer(bgr);
        var mat = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
        var out = new BytePointer();
        var settings =
            jpeg
                ? new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality)
                : new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, PNG_LEVEL);
        var name = new BytePointer(ending)) {
      if (!opencv_imgcodecs.imencode(name, mat, out, settings)) {
        throw new IllegalStateException("OpenCV could not write " + image + " as " + ending);
      }
      byte[] file = new byte[Math.toIntExact(out.limit())];
      out.get(file);
      return file;
    }
  }
}
