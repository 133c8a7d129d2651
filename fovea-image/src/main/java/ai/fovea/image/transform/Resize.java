package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// PaddlePaddle's resize: to `[height, width]`, or the shorter side to a length, the longer one cut off
/// to whole pixels.
///
/// @param height 0 where `shortSide` is given
/// @param width 0 where `shortSide` is given
/// @param shortSide 0 where the size is given
/// @param resampling how
public record Resize(int height, int width, int shortSide, Resampling resampling)
    implements Transform {

  static Resize parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    boolean one = size[0] == size[1] && !s.isList("size");
    Backend backend = s.context.pillow ? Backend.PIL : Backend.CV2;
    var resampling = new Resampling(backend, s.interpolation(backend));
    s.ignore("keys");
    return one
        ? new Resize(0, 0, size[0], resampling)
        : new Resize(size[0], size[1], 0, resampling);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("size", shortSide > 0 ? shortSide : List.of(height, width));
    if (resampling.interpolation() != Interpolation.BILINEAR) {
      map.put("interpolation", resampling.interpolation().word());
    }
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image image = Step.image("Resize", input);
    int w = width;
    int h = height;
    if (shortSide > 0) {
      boolean upright = image.width() < image.height();
      w = upright ? shortSide : Math.max(1, shortSide * image.width() / image.height());
      h = upright ? Math.max(1, shortSide * image.height() / image.width()) : shortSide;
    }
    return resampling.resize(image, w, h, workspace);
  }
}
