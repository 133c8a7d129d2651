package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Cuts the middle square whose share of the shorter side is `size / (size + pad)`, and resizes it.
///
/// @param size side of the result
/// @param pad what the share leaves out
/// @param interpolation OpenCV's
public record CropImageAtRatio(int size, int pad, Interpolation interpolation)
    implements Transform {
  static CropImageAtRatio parse(Settings s) {
    if (!s.has("size")) {
      s.problem("'size' is missing");
    }
    return new CropImageAtRatio(
        s.integer("size", 1, 1), s.integer("pad", 0, 0), s.interpolation(Backend.CV2));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("size", size);
    map.put("pad", pad);
    map.put("interpolation", interpolation.word());
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image image = Step.image("CropImageAtRatio", input);
    return new Resampling(Backend.CV2, interpolation)
        .resize(image, region(image.width(), image.height()), size, size, workspace);
  }

  /// Where an image is cut.
  Region region(int fullWidth, int fullHeight) {
    int side = (int) ((double) size / (size + pad) * Math.min(fullWidth, fullHeight));
    return new Region((fullWidth - side) / 2, (fullHeight - side) / 2, side, side);
  }
}
