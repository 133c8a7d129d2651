package ai.fovea.image;

import ai.fovea.base.AtomicFile;
import ai.fovea.image.internal.NativeEncode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Writes images as JPEG or PNG. Thread-safe.
public final class ImageEncoder {
  private static final int QUALITY = 90;

  private ImageEncoder() {}

  /// A baseline JPEG file.
  ///
  /// @param quality 1 (smallest) to 100 (best)
  public static byte[] jpeg(Image image, int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("JPEG quality is 1 to 100, got " + quality);
    }
    return NativeEncode.encode(image, ".jpg", quality);
  }

  /// A PNG file with 8-bit colour; exact.
  public static byte[] png(Image image) {
    return NativeEncode.encode(image, ".png", 0);
  }

  /// Writes a file in the format of its ending: `.jpg` or `.jpeg` (quality 90), `.png`. Where that fails, what was there stays.
  ///
  /// @throws IllegalArgumentException where the ending is another one
  public static void write(Image image, Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      AtomicFile.write(file, png(image));
    } else if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      AtomicFile.write(file, jpeg(image, QUALITY));
    } else {
      throw new IllegalArgumentException(
          file + ": images are written as .jpg, .jpeg or .png; choose one of these endings");
    }
  }
}
