package ai.fovea.image;

/// How large an image may be before it is decoded. They are checked against the file's header, before any
/// memory is taken for pixels, so that a file of a few bytes can't ask for gigabytes.
///
/// @param maxPixels width times height, at least 1
/// @param maxSide the longer side in pixels, at least 1
/// @param maxBytes the size of the encoded file, at least 1
public record DecodeLimits(long maxPixels, int maxSide, long maxBytes) {
  /// 100 million pixels (300 MB decoded), 65,500 a side, 128 MiB a file: any camera's image passes.
  public static final DecodeLimits STANDARD = new DecodeLimits(100_000_000L, 65_500, 128L << 20);

  public DecodeLimits {
    if (maxPixels < 1 || maxSide < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1, got maxPixels %d, maxSide %d, maxBytes %d"
              .formatted(maxPixels, maxSide, maxBytes));
    }
  }

  /// Refuses a file that is too long.
  public void checkLength(long bytes, String file) {
    if (bytes > maxBytes) {
      throw new ImageException(
          file,
          "the file has %,d bytes, the limit is %,d".formatted(bytes, maxBytes),
          "make it smaller");
    }
  }

  /// Refuses an image that is too large.
  public void check(ImageHeader header, String file) {
    int longer = Math.max(header.width(), header.height());
    if (longer > maxSide) {
      throw new ImageException(
          file,
          "the image is %,d x %,d pixels, the limit is %,d a side"
              .formatted(header.width(), header.height(), maxSide),
          "make it smaller");
    }
    long pixels = (long) header.width() * header.height();
    if (pixels > maxPixels) {
      throw new ImageException(
          file,
          "the image is %,d x %,d = %,d pixels, the limit is %,d"
              .formatted(header.width(), header.height(), pixels, maxPixels),
          "make it smaller");
    }
  }
}
