package ai.fovea.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What a file holds, told by its first bytes, never by its name.
///
/// @param format of images that can be decoded
/// @param isImage whether it is an image, decoded or not; documents and drawings that are used like images count
/// @param reason why it can't be decoded, for people; empty where it can
/// @param remedy what helps then
public record FileKind(
    Optional<ImageFormat> format, boolean isImage, String reason, String remedy) {
  /// As many bytes tell what a file is.
  private static final int START = 512;

  private static final String CONVERT =
      "convert it to JPEG or PNG, for instance with ImageMagick: magick IN OUT.jpg";

  /// Looks at the first bytes of a file.
  ///
  /// @throws ImageException where it can't be read, or is a folder, a pipe or a device
  public static FileKind of(Path file) {
    return of(ImageBytes.start(file, START));
  }

  /// Looks at a file, or at its beginning: 512 bytes are enough.
  public static FileKind of(byte[] file) {
    Optional<ImageFormat> format = format(file);
    if (format.isPresent()) {
      return new FileKind(format, true, "", "");
    }
    if (file.length == 0) {
      return new FileKind(format, false, "the file is empty", "save or download it again");
    }
    return other(file);
  }

  private static Optional<ImageFormat> format(byte[] file) {
    if (starts(file, 0, "\u00FF\u00D8")) {
      return Optional.of(ImageFormat.JPEG);
    }
    if (starts(file, 0, "\u0089PNG\r\n\u001A\n")) {
      return Optional.of(ImageFormat.PNG);
    }
    if (starts(file, 0, "RIFF") && starts(file, 8, "WEBP")) {
      return Optional.of(ImageFormat.WEBP);
    }
    if (starts(file, 0, "GIF87a") || starts(file, 0, "GIF89a")) {
      return Optional.of(ImageFormat.GIF);
    }
    boolean tiff = starts(file, 0, "II*\0") || starts(file, 0, "MM\0*");
    if (tiff && !starts(file, 8, "CR\u0002")) {
      return Optional.of(ImageFormat.TIFF);
    }
    // two letters alone begin many texts: a bitmap's header has a known size, too
    if (starts(file, 0, "BM") && file.length > 17 && file[15] == 0 && file[16] == 0) {
      return Optional.of(ImageFormat.BMP);
    }
    return Optional.empty();
  }

  private static FileKind other(byte[] file) {
    if (starts(file, 4, "ftyp")) {
      return container(
          new String(file, 8, Math.min(56, file.length - 8), StandardCharsets.ISO_8859_1));
    }
    if (starts(file, 0, "\0\0\0\fjP  ") || starts(file, 0, "\u00FFO\u00FFQ")) {
      return image("JPEG 2000 images are not supported", CONVERT);
    }
    if (starts(file, 0, "\u00FF\n") || starts(file, 0, "\0\0\0\fJXL ")) {
      return image("JPEG XL images are not supported", CONVERT);
    }
    if (starts(file, 0, "II+\0") || starts(file, 0, "MM\0+")) {
      return image("BigTIFF images are not supported", CONVERT);
    }
    if (starts(file, 0, "8BPS")) {
      return image("Photoshop documents are not supported", CONVERT);
    }
    if (starts(file, 0, "II*\0")
        || starts(file, 0, "IIU\0")
        || starts(file, 0, "IIRO")
        || starts(file, 0, "FUJIFILM")) {
      return image(
          "raw files of cameras are not supported", "export it as JPEG with a raw converter");
    }
    if (starts(file, 0, "%PDF")) {
      return image(
          "this is a PDF document, not an image",
          "save its pages as images, for instance with pdftoppm -jpeg IN OUT");
    }
    return text(file);
  }

  /// ISO base media files tell by their brands what they hold.
  private static FileKind container(String brands) {
    if (brands.contains("avif") || brands.contains("avis")) {
      return image("AVIF images are not supported", CONVERT);
    }
    if (brands.startsWith("crx ")) {
      return image(
          "raw files of cameras are not supported", "export it as JPEG with a raw converter");
    }
    for (String brand :
        new String[] {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"}) {
      if (brands.contains(brand)) {
        return image(
            "HEIC images are not supported",
            CONVERT + "; iPhones take JPEG with Settings, Camera, Formats, Most Compatible");
      }
    }
    return new FileKind(Optional.empty(), false, "this is a video, not an image", CONVERT);
  }

  private static FileKind text(byte[] file) {
    int shown = Math.min(file.length, START);
    boolean text = true;
    for (int i = 0; i < shown; i++) {
      int c = file[i] & 0xFF;
      text &= c >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    }
    if (!text) {
      return new FileKind(
          Optional.empty(), false, "the first bytes belong to no known image format", CONVERT);
    }
    String start =
        new String(file, 0, shown, StandardCharsets.UTF_8)
            .replace("\uFEFF", "")
            .strip()
            .toLowerCase(Locale.ROOT);
    if (start.startsWith("<svg") || (start.startsWith("<?xml") && start.contains("<svg"))) {
      return image(
          "SVG drawings are not supported", "export it as PNG, for instance with rsvg-convert");
    }
    String what =
        start.startsWith("<")
            ? "this is an HTML or XML document, not an image"
            : "this is text, not an image";
    return new FileKind(Optional.empty(), false, what, CONVERT);
  }

  private static FileKind image(String reason, String remedy) {
    return new FileKind(Optional.empty(), true, reason, remedy);
  }

  private static boolean starts(byte[] file, int at, String expected) {
    if (file.length < at + expected.length()) {
      return false;
    }
    for (int i = 0; i < expected.length(); i++) {
      if ((file[at + i] & 0xFF) != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
