package ai.fovea.image.transform;

import ai.fovea.image.DecodeLimits;
import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Resizes to a size, or so that the shorter side gets a length.
///
/// @param width 0 where `shortSide` is given
/// @param height 0 where `shortSide` is given
/// @param shortSide 0 where the size is given; the longer side is rounded half to even
/// @param resampling how
public record ResizeImage(int width, int height, int shortSide, Resampling resampling)
    implements Transform {
  public ResizeImage {
    boolean bySize = width > 0 && height > 0 && shortSide == 0;
    boolean byShort = width == 0 && height == 0 && shortSide > 0;
    if (!bySize && !byShort) {
      throw new IllegalArgumentException(
          "ResizeImage wants either a size or a short side, got %d x %d and short side %d"
              .formatted(width, height, shortSide));
    }
  }

  static ResizeImage parse(Settings s) {
    int shortSide = s.integer("resize_short", 0, 0);
    int[] size = s.pair("size", 1).orElse(null);
    boolean numpy = s.flag("return_numpy", true);
    Resampling resampling = s.resampling();
    s.context.pillow = resampling.backend() == Backend.PIL && !numpy;
    if (shortSide > 0) {
      return new ResizeImage(0, 0, shortSide, resampling);
    }
    if (size == null) {
      s.problem("one of 'size' and 'resize_short' is needed");
      size = new int[] {1, 1};
    }
    return new ResizeImage(size[0], size[1], 0, resampling);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    if (shortSide > 0) {
      map.put("resize_short", shortSide);
    } else {
      map.put("size", List.of(width, height));
    }
    resampling.write(map);
    return map;
  }

  /// The size that an image gets.
  ///
  /// @return width and height, at least 1
  /// @throws IllegalArgumentException if a short side makes an image so long that it would pass [DecodeLimits#STANDARD]
  public int[] sizeFor(int imageWidth, int imageHeight) {
    if (shortSide == 0) {
      return new int[] {width, height};
    }
    double scale = (double) shortSide / Math.min(imageWidth, imageHeight);
    double w = Math.max(1, Math.rint(imageWidth * scale));
    double h = Math.max(1, Math.rint(imageHeight * scale));
    if (w * h > DecodeLimits.STANDARD.maxPixels() && scale > 1) {
      throw new IllegalArgumentException(
          "resize_short %d makes an image of %d x %d one of %.0f x %.0f, more than the limit of %,d pixels"
              .formatted(
                  shortSide, imageWidth, imageHeight, w, h, DecodeLimits.STANDARD.maxPixels()));
    }
    return new int[] {(int) w, (int) h};
  }

  /// The shorter side that a reduced decode must not go below; where both sides are given, the longer of them.
  int target() {
    return shortSide > 0 ? shortSide : Math.max(width, height);
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image image = Step.image("ResizeImage", input);
    int[] size = sizeFor(image.width(), image.height());
    return resampling.resize(image, size[0], size[1], workspace);
  }
}
