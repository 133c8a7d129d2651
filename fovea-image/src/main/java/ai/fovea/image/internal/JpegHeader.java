package ai.fovea.image.internal;

import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;

/// Reads the markers of a JPEG file (ITU-T T.81, annex B) up to the first scan: the frame header gives the size.
///
/// What lies behind is looked at by [JpegCheck].
final class JpegHeader {
  static final int END = 0xD9;
  static final int START_OF_SCAN = 0xDA;

  private JpegHeader() {}

  static ImageHeader read(Bytes bytes) {
    ImageHeader header = null;
    long at = 2;
    while (true) {
      int marker = marker(bytes, at);
      while (bytes.u8(at) == 0xFF) {
        at++;
      }
      at++;
      if (marker == END) {
        throw bytes.damaged("it ends before its image data");
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue; // markers without a body
      }
      int length = bytes.u16(at, true);
      if (length < 2) {
        throw bytes.damaged("a segment of length " + length + " at byte %,d".formatted(at));
      }
      bytes.need(at, length);
      if (isFrame(marker)) {
        if (header != null) {
          throw bytes.damaged("it has two frame headers");
        }
        header = frame(bytes, at, length);
      } else if (marker == START_OF_SCAN) {
        if (header == null) {
          throw bytes.damaged("its image data come before the frame header");
        }
        return header;
      }
      at += length;
    }
  }

  /// The marker at a place, behind any fill bytes.
  static int marker(Bytes bytes, long at) {
    int marker = bytes.u8(at);
    if (marker != 0xFF) {
      throw bytes.damaged("no marker where one must be, at byte %,d".formatted(at));
    }
    for (long next = at; marker == 0xFF; ) {
      marker = bytes.u8(++next);
    }
    return marker;
  }

  static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static ImageHeader frame(Bytes bytes, long at, int length) {
    if (length < 8) {
      throw bytes.damaged("a frame header of " + length + " bytes");
    }
    int bits = bytes.u8(at + 2);
    int height = bytes.u16(at + 3, true);
    int width = bytes.u16(at + 5, true);
    int channels = bytes.u8(at + 7);
    if (width == 0 || height == 0) {
      throw bytes.damaged("its size is %d x %d pixels".formatted(width, height));
    }
    if (channels == 0 || channels > 4 || length != 8 + 3 * channels) {
      throw bytes.damaged(
          "a frame header of %d bytes for %d components".formatted(length, channels));
    }
    return new ImageHeader(ImageFormat.JPEG, width, height, channels, bits);
  }

  /// The next marker that is no restart: within entropy-coded data a 0xFF is always followed by 0 or by a marker.
  static long nextMarker(Bytes bytes, long from) {
    byte[] data = bytes.data();
    for (int i = (int) from; i + 1 < data.length; i++) {
      if (data[i] == (byte) 0xFF) {
        int next = data[i + 1] & 0xFF;
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
          return i;
        }
      }
    }
    throw bytes.cut();
  }
}
