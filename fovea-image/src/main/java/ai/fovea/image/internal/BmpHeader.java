package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// The two header shapes of Windows bitmaps: the old one of 12 bytes and those of 40 and more.
final class BmpHeader {
  private BmpHeader() {}

  static ImageHeader read(Bytes bytes) {
    long pixels = bytes.u32(10, false);
    long size = bytes.u32(14, false);
    long width;
    long height;
    int bits;
    long compression = 0;
    if (size == 12) {
      width = bytes.u16(18, false);
      height = bytes.u16(20, false);
      bits = bytes.u16(24, false);
    } else if (size >= 36) {
      width = bytes.i32(18, false);
      height = Math.abs((long) bytes.i32(22, false)); // negative: rows from top to bottom
      bits = bytes.u16(28, false);
      compression = bytes.u32(30, false);
    } else {
      throw bytes.damaged("a bitmap header of " + size + " bytes");
    }
    if (width < 1 || height < 1 || height > Integer.MAX_VALUE) {
      throw bytes.damaged("its size is %d x %d pixels".formatted(width, height));
    }
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      throw bytes.damaged(bits + " bits a pixel");
    }
    if (compression == 0 || compression == 3) {
      long row = (width * bits + 7) / 8;
      long stride = (row + 3) / 4 * 4;
      bytes.need(pixels, stride * (height - 1) + row);
    }
    int channels = bits <= 8 ? 1 : bits == 32 ? 4 : 3;
    return new ImageHeader(ImageFormat.BMP, (int) width, (int) height, channels, Math.min(bits, 8));
  }
}
