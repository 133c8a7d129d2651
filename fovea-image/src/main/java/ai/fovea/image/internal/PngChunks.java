package ai.fovea.image.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/// Leaves out the chunks of a PNG file that say nothing about its pixels as OpenCV decodes them: colour profiles,
/// texts, times. libpng writes what it thinks of them to standard error, without the file's name.
final class PngChunks {
  private static final Set<String> KEPT =
      Set.of("IHDR", "PLTE", "IDAT", "IEND", "tRNS", "eXIf", "acTL", "fcTL", "fdAT");

  private static final int SIGNATURE = 8;

  private PngChunks() {}

  /// The file, a shorter copy of it where there is anything to leave out.
  ///
  /// @param png whose chunks were found complete
  static byte[] essential(byte[] png) {
    var in = ByteBuffer.wrap(png);
    var out = ByteBuffer.allocate(png.length).put(png, 0, SIGNATURE);
    boolean ended = false;
    for (int at = SIGNATURE; !ended; ) {
      int size = 12 + in.getInt(at);
      String type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (KEPT.contains(type)) {
        out.put(png, at, size);
      }
      ended = type.equals("IEND");
      at += size;
    }
    return out.position() == png.length ? png : Arrays.copyOf(out.array(), out.position());
  }
}
