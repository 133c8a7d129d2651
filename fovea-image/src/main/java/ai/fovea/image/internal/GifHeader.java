package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// The blocks of a GIF file up to its first frame.
///
/// @param width of the screen, extended to the frame where that goes beyond, in pixels
/// @param height likewise
/// @param left where the frame begins on the screen
/// @param top likewise
/// @param background of the screen where the frame leaves it free, as red, green, blue
record GifHeader(int width, int height, int left, int top, int background) {
  private static final int SCREEN = 6; // behind the signature
  private static final int BLOCKS = 13;
  private static final int TABLE = 0x80;

  static GifHeader of(Bytes bytes) {
    int flags = bytes.u8(SCREEN + 4);
    int colours = (flags & TABLE) == 0 ? 0 : 2 << (flags & 7);
    bytes.need(BLOCKS, 3L * colours);
    int index = bytes.u8(SCREEN + 5);
    int background = 0;
    for (int i = 0; i < 3 && index < colours; i++) {
      background = (background << 8) | bytes.u8(BLOCKS + 3L * index + i);
    }
    long at = BLOCKS + 3L * colours;
    while (bytes.u8(at) == '!') {
      at = behind(bytes, at + 2);
    }
    if (bytes.u8(at) != ',') {
      throw bytes.u8(at) == ';'
          ? bytes.damaged("it has no frame")
          : bytes.damaged("a block of no known kind at byte %,d".formatted(at));
    }
    int left = bytes.u16(at + 1, false);
    int top = bytes.u16(at + 3, false);
    int frameWidth = bytes.u16(at + 5, false);
    int frameHeight = bytes.u16(at + 7, false);
    if (frameWidth == 0 || frameHeight == 0) {
      throw bytes.damaged("its frame is %d x %d pixels".formatted(frameWidth, frameHeight));
    }
    int local = bytes.u8(at + 9);
    long data = at + 10 + ((local & TABLE) == 0 ? 0 : 3L * (2 << (local & 7)));
    behind(bytes, data + 1);
    return new GifHeader(
        Math.max(bytes.u16(SCREEN, false), left + frameWidth),
        Math.max(bytes.u16(SCREEN + 2, false), top + frameHeight),
        left,
        top,
        background);
  }

  ImageHeader header() {
    return new ImageHeader(ImageFormat.GIF, width, height, 1, 8);
  }

  /// Where the sub-blocks that begin at `at` end.
  private static long behind(Bytes bytes, long at) {
    long next = at;
    while (bytes.u8(next) != 0) {
      next += 1 + bytes.u8(next);
    }
    return next + 1;
  }
}
