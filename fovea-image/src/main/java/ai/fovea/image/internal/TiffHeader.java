package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// The first directory of a classic TIFF file: size, samples, and that the strips or tiles lie in the file.
final class TiffHeader {
  /// A tile is decoded whole, so its size is bounded like an image's.
  private static final long MAX_TILE_PIXELS = 1 << 26;

  private TiffHeader() {}

  static ImageHeader read(Bytes bytes) {
    boolean big = bytes.u8(0) == 'M';
    long directory = bytes.u32(4, big);
    int entries = bytes.u16(directory, big);
    bytes.need(directory + 2, 12L * entries);
    long width = 0;
    long height = 0;
    long samples = 1;
    long bits = 1;
    long tileWidth = 0;
    long tileHeight = 0;
    long offsets = -1;
    long counts = -1;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      switch (bytes.u16(entry, big)) {
        case 256 -> width = value(bytes, entry, 0, big);
        case 257 -> height = value(bytes, entry, 0, big);
        case 258 -> bits = value(bytes, entry, 0, big);
        case 277 -> samples = value(bytes, entry, 0, big);
        case 322 -> tileWidth = value(bytes, entry, 0, big);
        case 323 -> tileHeight = value(bytes, entry, 0, big);
        case 273, 324 -> offsets = entry;
        case 279, 325 -> counts = entry;
        default -> {}
      }
    }
    if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw bytes.damaged("its size is %d x %d pixels".formatted(width, height));
    }
    if (samples < 1 || samples > 4 || bits < 1 || bits > 64) {
      throw bytes.damaged("%d samples of %d bits a pixel".formatted(samples, bits));
    }
    if (tileWidth * tileHeight > MAX_TILE_PIXELS) {
      throw bytes.damaged("its tiles are %d x %d pixels".formatted(tileWidth, tileHeight));
    }
    checkBlocks(bytes, offsets, counts, big);
    return new ImageHeader(ImageFormat.TIFF, (int) width, (int) height, (int) samples, (int) bits);
  }

  private static void checkBlocks(Bytes bytes, long offsets, long counts, boolean big) {
    if (offsets < 0 || counts < 0) {
      throw bytes.damaged("it doesn't say where its pixels are");
    }
    long blocks = Math.min(bytes.u32(offsets + 4, big), bytes.u32(counts + 4, big));
    for (int i = 0; i < blocks; i++) {
      bytes.need(value(bytes, offsets, i, big), value(bytes, counts, i, big));
    }
  }

  /// Value `index` of an entry: in the entry itself where all values fit into four bytes.
  private static long value(Bytes bytes, long entry, long index, boolean big) {
    int width =
        switch (bytes.u16(entry + 2, big)) {
          case 1 -> 1;
          case 3 -> 2;
          case 4 -> 4;
          default -> throw bytes.damaged("a directory entry of an unexpected type");
        };
    long count = bytes.u32(entry + 4, big);
    if (index >= count) {
      throw bytes.damaged("a directory entry without a value");
    }
    long base = count * width <= 4 ? entry + 8 : bytes.u32(entry + 8, big);
    long at = base + index * width;
    return switch (width) {
      case 1 -> bytes.u8(at);
      case 2 -> bytes.u16(at, big);
      default -> bytes.u32(at, big);
    };
  }
}
