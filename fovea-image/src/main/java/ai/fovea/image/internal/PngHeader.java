package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;
import java.util.zip.CRC32;

/// Walks the chunks of a PNG file (ISO/IEC 15948): size, completeness and checksums.
final class PngHeader {
  private static final int HEADER = 0x49484452; // IHDR
  private static final int DATA = 0x49444154; // IDAT
  private static final int END = 0x49454E44; // IEND

  private PngHeader() {}

  static ImageHeader read(Bytes bytes) {
    if (bytes.u32(8, true) != 13 || bytes.i32(12, true) != HEADER) {
      throw bytes.damaged("it doesn't begin with an IHDR chunk");
    }
    long width = bytes.u32(16, true);
    long height = bytes.u32(20, true);
    int bits = bytes.u8(24);
    int colour = bytes.u8(25);
    if (width == 0 || height == 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw bytes.damaged("its size is %d x %d pixels".formatted(width, height));
    }
    if (bits > 16 || Integer.bitCount(bits) != 1) {
      throw bytes.damaged(bits + " bits a sample");
    }
    for (int i = 26; i <= 28; i++) {
      if (bytes.u8(i) > (i == 28 ? 1 : 0)) {
        throw bytes.damaged("an unknown compression, filter or interlace method");
      }
    }
    int channels =
        switch (colour) {
          case 0, 3 -> 1;
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> throw bytes.damaged("colour type " + colour);
        };
    return walk(bytes, new ImageHeader(ImageFormat.PNG, (int) width, (int) height, channels, bits));
  }

  private static ImageHeader walk(Bytes bytes, ImageHeader header) {
    boolean data = false;
    long at = 8;
    while (true) {
      long length = bytes.u32(at, true);
      int type = bytes.i32(at + 4, true);
      bytes.need(at + 8, length + 4);
      var crc = new CRC32();
      crc.update(bytes.data(), (int) at + 4, (int) length + 4);
      if (crc.getValue() != bytes.u32(at + 8 + length, true)) {
        throw bytes.damaged("a checksum is wrong at byte %,d".formatted(at + 8 + length));
      }
      if (type == END) {
        if (!data) {
          throw bytes.damaged("it has no image data");
        }
        return header;
      }
      data |= type == DATA;
      at += 12 + length;
    }
  }
}
