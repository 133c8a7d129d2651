package ai.fovea.image.internal;

import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageHeader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/// From the bytes of a file, checked first, to a matrix of pixels.
public final class NativeDecode {
  private NativeDecode() {}

  /// The version of the library that was loaded.
  public static String libraryVersion() {
    return opencv_core.CV_VERSION();
  }

  /// Three channels, red first. The matrix is valid until the buffers' next use.
  public static Mat colour(
      ImageDecoder decoder, byte[] file, String name, int shortSide, NativeBuffers buffers) {
    ImageHeader header = decoder.header(file, name);
    byte[] sound = sound(decoder, file, header, name);
    // OpenCV's flags for reduced decoding in colour hold the bit that asks for blue first, which
    // excludes
    // red first; those for gray hold the scale alone.
    int scale =
        switch (decoder.reducedBy(header, shortSide)) {
          case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
          case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
          case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
          default -> 0;
        };
    int flags = opencv_imgcodecs.IMREAD_COLOR_RGB | scale;
    if (!decoder.orientation()) {
      flags |= opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
    }
    return decode(sound, name, flags, opencv_core.CV_8UC3, buffers);
  }

  private static byte[] sound(ImageDecoder decoder, byte[] file, ImageHeader header, String name) {
    try {
      return Integrity.check(file, header.format(), name);
    } catch (ImageException damage) {
      if (!decoder.acceptDamage()) {
        throw new ImageException(
            damage.file(), damage.reason(), damage.remedy() + ", or accept damaged images");
      }
      return DamagedDecode.decode(file, header, damage);
    }
  }

  /// One channel of 16 bits, for a gray image that is stored so.
  public static Mat deepGray(byte[] file, String name, NativeBuffers buffers) {
    int flags = opencv_imgcodecs.IMREAD_ANYDEPTH | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
    return decode(PngChunks.essential(file), name, flags, opencv_core.CV_16UC1, buffers);
  }

  private static Mat decode(byte[] file, String name, int flags, int type, NativeBuffers buffers) {
    Mat mat;
    try {
      mat = buffers.decode(file, flags);
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw broken(name, e);
    }
    if (mat == null || mat.type() != type) {
      throw broken(name, null);
    }
    return mat;
  }

  private static ImageException broken(String name, @Nullable Throwable cause) {
    var exception =
        new ImageException(
            name,
            "the compressed image data are damaged or of a kind that can't be decoded",
            "save it again with another program");
    if (cause != null) {
      exception.initCause(cause);
    }
    return exception;
  }
}
