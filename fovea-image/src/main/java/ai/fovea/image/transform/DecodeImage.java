package ai.fovea.image.transform;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageHeader;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.NativeBuffers;
import ai.fovea.image.internal.NativeDecode;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// File bytes to pixels. An image that is decoded already is passed on.
///
/// The backends differ in two things: OpenCV applies EXIF orientation and Pillow does not; of 16-bit gray
/// OpenCV keeps the high byte and Pillow clips at 255.
///
/// @param rgb red first; otherwise blue first
/// @param channelFirst the result is an array `[3,H,W]` instead of an image
/// @param backend whose behaviour
/// @param numpy whether the reference would go on with an array rather than a Pillow image
public record DecodeImage(boolean rgb, boolean channelFirst, Backend backend, boolean numpy)
    implements Transform {
  /// Red first, by OpenCV.
  public static final DecodeImage STANDARD = new DecodeImage(true, false, Backend.CV2, true);

  static DecodeImage parse(Settings s) {
    boolean numpy = s.flag("to_np", true);
    boolean rgb = s.flag("to_rgb", true);
    boolean first = s.flag("channel_first", false);
    Backend backend = s.backend(Backend.CV2);
    s.context.pillow = backend == Backend.PIL && !numpy;
    if (!numpy && s.context.dialect == Dialect.TRAINING) {
      // while training, the reference arranges arrays alone: what comes from OpenCV stays blue
      // first
      return new DecodeImage(backend == Backend.PIL, false, backend, false);
    }
    return new DecodeImage(rgb, first, backend, numpy);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("to_rgb", rgb);
    map.put("channel_first", channelFirst);
    if (backend != Backend.CV2) {
      map.put("backend", backend.word());
    }
    if (!numpy) {
      map.put("to_np", false);
    }
    return map;
  }

  /// The decoder that does what the backend would.
  ImageDecoder decoder(ImageDecoder base) {
    return backend == Backend.PIL ? base.withOrientation(false) : base;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    return switch (input) {
      case Encoded e -> apply(e, ImageDecoder.STANDARD, 0, workspace);
      case Image p -> arrange(p);
      case Planes p -> throw Step.wants("DecodeImage wants a file or an image", p);
    };
  }

  Pixels apply(Encoded file, ImageDecoder base, int shortSide, Workspace workspace) {
    ImageDecoder decoder = decoder(base);
    if (backend == Backend.PIL) {
      ImageHeader header = decoder.header(file.file(), file.name());
      if (header.format() == ImageFormat.PNG && header.bits() == 16 && header.channels() == 1) {
        NativeBuffers buffers = workspace.buffers();
        return arrange(
            NativeBuffers.clippedGray(NativeDecode.deepGray(file.file(), file.name(), buffers)));
      }
    }
    return arrange(decoder.decode(file.file(), file.name(), shortSide, workspace));
  }

  private Pixels arrange(Image image) {
    Image ordered = rgb ? image : PixelLoops.swapRedAndBlue(image);
    return channelFirst ? PixelLoops.planes(ordered).toChw() : ordered;
  }
}
