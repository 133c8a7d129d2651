package ai.fovea.image;

import java.nio.file.Path;
import java.util.Arrays;

/// A decoded image: 8-bit colour, `[H,W,3]`, red first. Immutable and safe to share between threads.
///
/// The pixels lie on the heap: images are then ordinary objects that nobody must close, Java2D and
/// augmentations reach them without copies, and the garbage collector counts them. The way from a file
/// to a model's input does not go through here; it stays in native memory ([Preprocessing#prepare]).
public final class Image implements Pixels {
  private final int width;
  private final int height;
  private final byte[] rgb;

  private Image(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /// An image of the given pixels, copied.
  ///
  /// @param rgb `height * width * 3` bytes, rows from top to bottom, red, green, blue
  public static Image of(int width, int height, byte[] rgb) {
    return wrap(width, height, rgb.clone());
  }

  /// As [#of], without the copy: the caller gives the array away and must not change it afterwards.
  public static Image wrap(int width, int height, byte[] rgb) {
    if (width < 0 || height < 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d x %d pixels need %d bytes, got %d"
              .formatted(width, height, 3L * width * height, rgb.length));
    }
    return new Image(width, height, rgb);
  }

  /// Reads and decodes a file with [DecodeLimits#STANDARD].
  ///
  /// @throws ImageException where the file can't be read or is not an image that can be used
  public static Image read(Path file) {
    return ImageDecoder.STANDARD.read(file);
  }

  /// Decodes a file in memory with [DecodeLimits#STANDARD].
  ///
  /// @param name what error messages call it
  /// @throws ImageException where it is not an image that can be used
  public static Image decode(byte[] file, String name) {
    try (var workspace = new Workspace()) {
      return ImageDecoder.STANDARD.decode(file, name, workspace);
    }
  }

  /// Pixels a row.
  public int width() {
    return width;
  }

  /// Rows.
  public int height() {
    return height;
  }

  /// One sample.
  ///
  /// @param channel 0 red, 1 green, 2 blue
  /// @return 0 to 255
  public int at(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xFF;
  }

  /// A copy of the pixels, `[H,W,3]`.
  public byte[] toBytes() {
    return rgb.clone();
  }

  /// The pixels themselves, for reading only: the array is shared with this image.
  public byte[] pixels() {
    return rgb;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image that
        && width == that.width
        && height == that.height
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "Image[" + width + " x " + height + "]";
  }
}
