package ai.fovea.image;

/// The file formats that are decoded. They are told by the first bytes of a file, never by its name.
public enum ImageFormat {
  /// Baseline and progressive, gray, colour and CMYK.
  JPEG,
  /// All colour types and depths; 16 bits are cut to the high byte, alpha is dropped.
  PNG,
  /// Windows bitmap.
  BMP,
  /// Lossy and lossless; of an animation the first frame.
  WEBP,
  /// Classic TIFF, the first page.
  TIFF,
  /// The first frame on its screen; alpha is dropped. Decoded by the JDK, and never reduced.
  GIF
}
