package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// The three first chunks that a WebP file can have: `VP8 ` (lossy), `VP8L` (lossless), `VP8X` (extended).
final class WebpHeader {
  private WebpHeader() {}

  static ImageHeader read(Bytes bytes) {
    bytes.need(0, bytes.u32(4, false) + 8);
    int type = bytes.i32(12, true);
    return switch (type) {
      case 0x56503820 -> {
        if (!bytes.startsWith(23, 0x9D, 0x01, 0x2A)) {
          throw bytes.damaged("no start code in its VP8 frame");
        }
        int width = bytes.u16(26, false) & 0x3FFF;
        int height = bytes.u16(28, false) & 0x3FFF;
        yield header(bytes, width, height, 3);
      }
      case 0x5650384C -> {
        if (bytes.u8(20) != 0x2F) {
          throw bytes.damaged("no signature in its VP8L data");
        }
        int packed = bytes.i32(21, false);
        int alpha = (packed >>> 28) & 1;
        yield header(bytes, (packed & 0x3FFF) + 1, ((packed >>> 14) & 0x3FFF) + 1, 3 + alpha);
      }
      case 0x56503858 -> {
        int width = (bytes.u16(24, false) | (bytes.u8(26) << 16)) + 1;
        int height = (bytes.u16(27, false) | (bytes.u8(29) << 16)) + 1;
        yield header(bytes, width, height, (bytes.u8(20) & 0x10) != 0 ? 4 : 3);
      }
      default -> throw bytes.damaged("its first chunk is none of VP8, VP8L, VP8X");
    };
  }

  private static ImageHeader header(Bytes bytes, int width, int height, int channels) {
    if (width == 0 || height == 0) {
      throw bytes.damaged("its size is %d x %d pixels".formatted(width, height));
    }
    return new ImageHeader(ImageFormat.WEBP, width, height, channels, 8);
  }
}
