package ai.fovea.image.internal;

import ai.fovea.image.PictureException;
import ai.fovea.image.PictureHeader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Tells the format by the signature and hands over to the parser of that format.
public final class HeaderReader {
  private static final String SUPPORTED = "convert it to JPEG, PNG, BMP, WebP or TIFF";

  private HeaderReader() {}

  /// The header of a complete file.
  public static PictureHeader read(byte[] file, String name) throws PictureException {
    var bytes = new Bytes(file, name);
    if (file.length == 0) {
      throw new PictureException(name, "the file is empty", "save or download it again");
    }
    if (bytes.startsWith(0, 0xFF, 0xD8)) {
      return JpegHeader.read(bytes);
    }
    if (bytes.startsWith(0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
      return PngHeader.read(bytes);
    }
    if (bytes.startsWith(0, 'R', 'I', 'F', 'F') && bytes.startsWith(8, 'W', 'E', 'B', 'P')) {
      return WebpHeader.read(bytes);
    }
    if (bytes.startsWith(0, 'I', 'I', 42, 0) || bytes.startsWith(0, 'M', 'M', 0, 42)) {
      return TiffHeader.read(bytes);
    }
    if (bytes.startsWith(0, 'B', 'M')) {
      return BmpHeader.read(bytes);
    }
    throw new PictureException(name, otherFormat(bytes), SUPPORTED);
  }

  private static String otherFormat(Bytes bytes) {
    if (bytes.startsWith(0, 'G', 'I', 'F', '8')) {
      return "GIF pictures are not supported";
    }
    if (bytes.startsWith(4, 'f', 't', 'y', 'p')) {
      return "HEIC, AVIF and video files are not supported";
    }
    if (bytes.startsWith(0, 'I', 'I', 43, 0) || bytes.startsWith(0, 'M', 'M', 0, 43)) {
      return "BigTIFF pictures are not supported";
    }
    if (bytes.startsWith(0, '%', 'P', 'D', 'F')) {
      return "this is a PDF document, not a picture";
    }
    int shown = Math.min(bytes.length(), 512);
    boolean text = true;
    for (int i = 0; i < shown; i++) {
      int c = bytes.data()[i] & 0xFF;
      text &= c >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    }
    if (text) {
      String start =
          new String(bytes.data(), 0, shown, StandardCharsets.UTF_8)
              .strip()
              .toLowerCase(Locale.ROOT);
      if (start.startsWith("<svg") || (start.startsWith("<?xml") && start.contains("<svg"))) {
        return "SVG drawings are not supported";
      }
      return start.startsWith("<")
          ? "this is an HTML or XML document, not a picture"
          : "this is text, not a picture";
    }
    return "the first bytes belong to no known picture format";
  }
}
