package ai.fovea.image.internal;

import ai.fovea.image.FileKind;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// Hands a file over to the parser of its format.
public final class HeaderReader {
  private HeaderReader() {}

  /// The header of a complete file.
  public static ImageHeader read(byte[] file, String name) {
    FileKind kind = FileKind.of(file);
    ImageFormat format =
        kind.format().orElseThrow(() -> new ImageException(name, kind.reason(), kind.remedy()));
    var bytes = new Bytes(file, name);
    return switch (format) {
      case JPEG -> JpegHeader.read(bytes);
      case PNG -> PngHeader.read(bytes);
      case WEBP -> WebpHeader.read(bytes);
      case TIFF -> TiffHeader.read(bytes);
      case BMP -> BmpHeader.read(bytes);
      case GIF -> GifHeader.of(bytes).header();
    };
  }
}
