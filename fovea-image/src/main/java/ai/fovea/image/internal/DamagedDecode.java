package ai.fovea.image.internal;

import ai.fovea.image.Image;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Decodes what is left of a damaged file, where the caller accepts that.
///
/// The JDK's decoders hand their warnings to the caller, where libjpeg's and libpng's would go to standard error
/// without the file's name. The result is a PNG file of the pixels, which then goes the way of all others; it keeps
/// the EXIF orientation.
final class DamagedDecode {
  private static final int AFTER_HEADER = 33; // signature and IHDR of a PNG file
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private DamagedDecode() {}

  /// The pixels that can be decoded, as a PNG file.
  ///
  /// @param damage what is wrong with the file; thrown where nothing can be decoded, too
  static byte[] decode(byte[] file, ImageHeader header, ImageException damage) {
    if (header.format() != ImageFormat.JPEG || header.channels() > 3) {
      throw damage;
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      return withExif(NativeEncode.encode(image(reader.read(0)), ".png", 0), exif(file));
    } catch (IOException | RuntimeException e) {
      // The JDK's reader throws many kinds of unchecked exceptions at damaged files.
      damage.addSuppressed(e);
      throw damage;
    } finally {
      reader.dispose();
    }
  }

  /// The pixels of an image of the JDK, alpha dropped.
  static Image image(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.toIntExact(3L * width * height)];
    int[] row = new int[width];
    for (int y = 0, to = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        rgb[to++] = (byte) (pixel >> 16);
        rgb[to++] = (byte) (pixel >> 8);
        rgb[to++] = (byte) pixel;
      }
    }
    return Image.wrap(width, height, rgb);
  }

  /// The TIFF structure in the first EXIF segment before the scans; empty where there is none.
  private static byte[] exif(byte[] file) {
    int at = 2;
    while (at + 4 <= file.length && file[at] == (byte) 0xFF) {
      int marker = file[at + 1] & 0xFF;
      int length = ((file[at + 2] & 0xFF) << 8) | (file[at + 3] & 0xFF);
      int end = Math.min(at + 2 + length, file.length);
      if (marker == 0xE1
          && end - at > 4 + EXIF.length
          && Arrays.equals(file, at + 4, at + 4 + EXIF.length, EXIF, 0, EXIF.length)) {
        return Arrays.copyOfRange(file, at + 4 + EXIF.length, end);
      }
      if (marker == JpegHeader.START_OF_SCAN) {
        break;
      }
      at = end;
    }
    return new byte[0];
  }

  private static byte[] withExif(byte[] png, byte[] exif) {
    if (exif.length == 0) {
      return png;
    }
    byte[] type = "eXIf".getBytes(StandardCharsets.ISO_8859_1);
    var crc = new CRC32();
    crc.update(type);
    crc.update(exif);
    return ByteBuffer.allocate(png.length + 12 + exif.length)
        .put(png, 0, AFTER_HEADER)
        .putInt(exif.length)
        .put(type)
        .put(exif)
        .putInt((int) crc.getValue())
        .put(png, AFTER_HEADER, png.length - AFTER_HEADER)
        .array();
  }
}
