package ai.fovea.image.internal;

import ai.fovea.image.ImageException;
import ai.fovea.image.ImageFormat;

/// Looks for damage that a native decoder would pass over, and keeps from it what it would only complain about.
public final class Integrity {
  private Integrity() {}

  /// Checks a file whose header was read and found within the limits.
  ///
  /// @return what a native decoder is to get: the file itself, or a copy with the same pixels
  /// @throws ImageException where the compressed data are damaged or cut
  public static byte[] check(byte[] file, ImageFormat format, String name) {
    return switch (format) {
      case JPEG -> JpegCheck.check(new Bytes(file, name));
      case PNG -> PngChunks.essential(file);
      case WEBP -> {
        WebpCheck.check(new Bytes(file, name));
        yield file;
      }
      case GIF -> GifDecode.decode(new Bytes(file, name));
      case BMP, TIFF -> file;
    };
  }
}
