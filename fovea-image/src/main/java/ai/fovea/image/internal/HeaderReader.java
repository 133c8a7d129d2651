package ai.fovea.image.internal;

import ai.fovea.image.FileKind;
import ai.fovea.image.PictureException;
import ai.fovea.image.PictureFormat;
import ai.fovea.image.PictureHeader;

/// Hands a file over to the parser of its format.
public final class HeaderReader {
  private HeaderReader() {}

  /// The header of a complete file.
  public static PictureHeader read(byte[] file, String name) throws PictureException {
    FileKind kind = FileKind.of(file);
    PictureFormat format =
        kind.format().orElseThrow(() -> new PictureException(name, kind.reason(), kind.remedy()));
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
