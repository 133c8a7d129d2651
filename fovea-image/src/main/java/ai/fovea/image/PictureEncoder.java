package ai.fovea.image;

import ai.fovea.image.internal.Encoding;
import ai.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Writes pictures as JPEG or PNG. Thread-safe.
public final class PictureEncoder {
  private static final int QUALITY = 90;

  private PictureEncoder() {}

  /// A baseline JPEG file.
  ///
  /// @param quality 1 (smallest) to 100 (best)
  public static byte[] jpeg(Picture picture, int quality) {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException("JPEG quality is 1 to 100, got " + quality);
    }
    return Encoding.encode(picture, ".jpg", quality);
  }

  /// A PNG file with 8-bit colour; exact.
  public static byte[] png(Picture picture) {
    return Encoding.encode(picture, ".png", 0);
  }

  /// Writes a file in the format of its ending: `.jpg` or `.jpeg` (quality 90), `.png`. Where that fails, what was there stays.
  ///
  /// @throws IllegalArgumentException where the ending is another one
  public static void write(Picture picture, Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      AtomicFile.write(file, png(picture));
    } else if (name.endsWith(".jpg") || name.endsWith(".jpeg")) {
      AtomicFile.write(file, jpeg(picture, QUALITY));
    } else {
      throw new IllegalArgumentException(
          file + ": pictures are written as .jpg, .jpeg or .png; choose one of these endings");
    }
  }
}
