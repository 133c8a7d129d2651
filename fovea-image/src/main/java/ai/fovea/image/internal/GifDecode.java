package ai.fovea.image.internal;

import ai.fovea.image.Image;
import ai.fovea.image.ImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Decodes the first frame of a GIF file by the JDK: OpenCV's builds have no decoder for it.
///
/// Alpha is dropped, as with other formats. The result is a PNG file of the pixels, which then goes the way of all others.
final class GifDecode {
  private GifDecode() {}

  /// The first frame on its screen, as a PNG file.
  ///
  /// @throws ImageException where the frame is damaged
  static byte[] decode(Bytes bytes) {
    GifHeader header = GifHeader.of(bytes);
    Set<String> warnings = new LinkedHashSet<>();
    BufferedImage frame;
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes.data()))) {
      reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      frame = reader.read(0);
    } catch (IOException | RuntimeException e) {
      // The JDK's reader throws many kinds of unchecked exceptions at damaged files.
      ImageException damage = bytes.damaged("its frame can't be decoded");
      damage.initCause(e);
      throw damage;
    } finally {
      reader.dispose();
    }
    if (!warnings.isEmpty()) {
      throw bytes.damaged("its frame has errors: " + String.join(", ", warnings));
    }
    return NativeEncode.encode(screen(header, frame), ".png", 0);
  }

  /// The frame where it belongs, and the background around it.
  private static Image screen(GifHeader header, BufferedImage frame) {
    Image pixels = DamagedDecode.image(frame);
    if (pixels.width() == header.width() && pixels.height() == header.height()) {
      return pixels;
    }
    byte[] rgb = new byte[Math.toIntExact(3L * header.width() * header.height())];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (header.background() >> (8 * (2 - i % 3)));
    }
    for (int y = 0; y < pixels.height(); y++) {
      int to = 3 * ((header.top() + y) * header.width() + header.left());
      System.arraycopy(pixels.pixels(), 3 * y * pixels.width(), rgb, to, 3 * pixels.width());
    }
    return Image.wrap(header.width(), header.height(), rgb);
  }
}
