package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// PaddlePaddle's crop of the middle, `[height, width]`, rounded half to even. Where an image is smaller,
/// an array is cut as Python's slices cut, and a Pillow image is surrounded by black.
///
/// @param height of the result
/// @param width of the result
/// @param backend whose behaviour where the image is smaller
public record CenterCrop(int height, int width, Backend backend) implements Transform {
  static CenterCrop parse(Settings s) {
    int[] size = s.requiredPair("size", 0);
    s.ignore("keys");
    return new CenterCrop(size[0], size[1], s.context.pillow ? Backend.PIL : Backend.CV2);
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("size", List.of(height, width)));
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    int w = Step.width(input);
    int h = Step.height(input);
    int left = (int) Math.rint((w - width) / 2.0);
    int top = (int) Math.rint((h - height) / 2.0);
    if (backend == Backend.PIL && input instanceof Image image) {
      byte[] out = new byte[3 * width * height];
      for (int y = Math.max(0, -top); y < Math.min(height, h - top); y++) {
        int from = Math.max(0, -left);
        int to = Math.min(width, w - left);
        System.arraycopy(
            image.pixels(),
            3 * ((y + top) * w + from + left),
            out,
            3 * (y * width + from),
            3 * (to - from));
      }
      return Image.wrap(width, height, out);
    }
    return Region.slice(left, top, width, height, w, h).cut(input);
  }
}
