package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// PaddlePaddle's random part of an image, resized: up to ten draws of area and logarithmic ratio, else
/// the middle clipped to the ratios.
///
/// @param width of the result
/// @param height of the result
/// @param scale least and greatest share of the area
/// @param ratio least and greatest width over height
/// @param resampling how
public record RandomResizedCrop(
    int width, int height, List<Double> scale, List<Double> ratio, Resampling resampling)
    implements Transform {
  private static final int TRIES = 10;

  public RandomResizedCrop {
    scale = Ranges.checked("scale", scale);
    ratio = Ranges.checked("ratio", ratio);
  }

  static RandomResizedCrop parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    Backend backend = s.context.pillow ? Backend.PIL : Backend.CV2;
    s.ignore("keys");
    return new RandomResizedCrop(
        size[1],
        size[0],
        Ranges.read(s, "scale", List.of(0.08, 1.0)),
        Ranges.read(s, "ratio", List.of(3.0 / 4, 4.0 / 3)),
        new Resampling(backend, s.interpolation(backend)));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("size", List.of(height, width));
    map.put("scale", scale);
    map.put("ratio", ratio);
    map.put("interpolation", resampling.interpolation().word());
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  /// Draws the part of an image of a size.
  public Region draw(int w, int h, RandomGenerator random) {
    for (int i = 0; i < TRIES; i++) {
      double area = (double) w * h * Ranges.draw(scale.get(0), scale.get(1), random);
      double r = Math.exp(Ranges.draw(Math.log(ratio.get(0)), Math.log(ratio.get(1)), random));
      int partW = (int) Math.rint(Math.sqrt(area * r));
      int partH = (int) Math.rint(Math.sqrt(area / r));
      if (partW > 0 && partW <= w && partH > 0 && partH <= h) {
        return new Region(
            random.nextInt(w - partW + 1), random.nextInt(h - partH + 1), partW, partH);
      }
    }
    double actual = (double) w / h;
    int partW = actual > ratio.get(1) ? (int) Math.rint(h * ratio.get(1)) : w;
    int partH = actual < ratio.get(0) ? (int) Math.rint(w / ratio.get(0)) : h;
    partW = Math.clamp(partW, 1, w);
    partH = Math.clamp(partH, 1, h);
    return new Region((w - partW) / 2, (h - partH) / 2, partW, partH);
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image from = Step.image("RandomResizedCrop", input);
    return resized(from, draw(from.width(), from.height(), random), workspace);
  }

  /// A given part, resized.
  public Image resized(Image from, Region part, Workspace workspace) {
    return resampling.resize(from, part, width, height, workspace);
  }
}
