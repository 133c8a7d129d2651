package ai.fovea.image.internal;

import ai.fovea.image.PictureException;
import ai.fovea.image.PictureFormat;
import ai.fovea.image.PictureHeader;

/// Walks the markers of a JPEG file (ITU-T T.81, annex B).
///
/// The frame header gives the size. A file without the end marker was cut: libjpeg would hand out rows of
/// undefined pixels, so it is refused here. Within entropy-coded data a 0xFF is always followed by 0 or by a
/// marker, hence the end marker can be found without decoding.
final class JpegHeader {
  /// A progressive file may repeat scans at will; each costs a pass over all pixels. Encoders write about 10.
  private static final int MAX_SCANS = 200;

  private static final int END = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  private JpegHeader() {}

  static PictureHeader read(Bytes bytes) throws PictureException {
    PictureHeader header = null;
    int scans = 0;
    boolean progressive = false;
    long at = 2;
    while (true) {
      int marker = bytes.u8(at);
      if (marker != 0xFF) {
        throw bytes.damaged("no marker where one must be, at byte %,d".formatted(at));
      }
      while (marker == 0xFF) {
        marker = bytes.u8(++at);
      }
      at++;
      if (marker == END) {
        throw bytes.damaged("it ends before its picture data");
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
        progressive = marker == 0xC2;
      } else if (marker == START_OF_SCAN) {
        if (header == null) {
          throw bytes.damaged("its picture data come before the frame header");
        }
        if (++scans > MAX_SCANS) {
          throw new PictureException(
              bytes.name(), "the JPEG has more than " + MAX_SCANS + " scans", "save it again");
        }
        at += length;
        if (!progressive && endsWithEnd(bytes)) {
          return header;
        }
        at = nextMarker(bytes, at);
        if (bytes.u8(at + 1) == END) {
          return header;
        }
        continue;
      }
      at += length;
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static PictureHeader frame(Bytes bytes, long at, int length) throws PictureException {
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
    return new PictureHeader(PictureFormat.JPEG, width, height, channels, bits);
  }

  /// Nearly every file ends with the marker, which saves looking at each byte.
  private static boolean endsWithEnd(Bytes bytes) {
    return bytes.startsWith(bytes.length() - 2, 0xFF, END);
  }

  private static long nextMarker(Bytes bytes, long from) throws PictureException {
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
