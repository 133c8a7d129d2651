package ai.fovea.image.internal;

import ai.fovea.image.PictureException;
import ai.fovea.image.PictureFormat;

/// Looks for damage that a native decoder would pass over, and keeps from it what it would only complain about.
public final class Integrity {
  private Integrity() {}

  /// Checks a file whose header was read and found within the limits.
  ///
  /// @return what a native decoder is to get: the file itself, or a copy with the same pixels
  /// @throws PictureException where the compressed data are damaged or cut
  public static byte[] check(byte[] file, PictureFormat format, String name)
      throws PictureException {
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
