package ai.fovea.image;

import ai.fovea.image.internal.HeaderReader;

/// What the header of an encoded image says, read by code of this module alone (no native call).
///
/// @param format told by the signature
/// @param width stored width in pixels, before any EXIF orientation, at least 1
/// @param height stored height in pixels, at least 1
/// @param channels stored samples a pixel (1 for gray and palette, 2 with alpha, 3, 4)
/// @param bits stored bits a sample
public record ImageHeader(ImageFormat format, int width, int height, int channels, int bits) {
  public ImageHeader {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image has at least 1 x 1 pixels, got " + width + " x " + height);
    }
  }

  /// Reads the header, and checks that the file's own structure is complete where that can be told without decoding:
  /// that each chunk of a PNG is there and has its checksum, that the pixel rows that the header promises fit into the
  /// file. Bytes after the image's end are ignored. [ImageDecoder#damage] looks into compressed data.
  ///
  /// @param file the whole encoded file
  /// @param name what error messages call it
  /// @throws ImageException where it is empty, of another format, damaged or cut
  public static ImageHeader read(byte[] file, String name) {
    return HeaderReader.read(file, name);
  }
}
