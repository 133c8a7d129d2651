package ai.fovea.image.internal;

/// Looks at the structure of a WebP file: that its chunks fill it, and that the first partition of a lossy image lies in
/// its chunk (RFC 9649, RFC 6386). WebP has no checksums, and the arithmetic code of lossy images takes any bytes:
/// what is overwritten within a partition can't be seen.
final class WebpCheck {
  private static final int LOSSY = 0x56503820; // VP8 + blank
  private static final int FRAME = 0x414E4D46; // ANMF
  private static final int FRAME_HEADER = 16;

  private WebpCheck() {}

  static void check(Bytes bytes) {
    chunks(bytes, 12, 8 + bytes.u32(4, false));
  }

  private static void chunks(Bytes bytes, long from, long end) {
    long at = from;
    while (at + 8 <= end) {
      int type = bytes.i32(at, true);
      long size = bytes.u32(at + 4, false);
      if (at + 8 + size > end) {
        throw bytes.damaged("a chunk goes beyond its end, at byte %,d".formatted(at));
      }
      if (type == LOSSY) {
        lossy(bytes, at + 8, size);
      } else if (type == FRAME && size > FRAME_HEADER) {
        chunks(bytes, at + 8 + FRAME_HEADER, at + 8 + size);
      }
      at += 8 + size + (size & 1);
    }
  }

  /// The frame header, with the first partition's size.
  private static void lossy(Bytes bytes, long at, long size) {
    if (size < 10) {
      throw bytes.damaged("a VP8 frame of %d bytes".formatted(size));
    }
    int tag = bytes.u16(at, false) | (bytes.u8(at + 2) << 16);
    if ((tag & 1) != 0) {
      throw bytes.damaged("its VP8 frame is no key frame");
    }
    if (10L + (tag >>> 5) > size) {
      throw bytes.damaged("the first partition of its VP8 frame goes beyond its end");
    }
  }
}
