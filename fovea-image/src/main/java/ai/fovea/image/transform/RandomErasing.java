package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Overwrites a random rectangle of a normalised image (Zhong et al., "Random Erasing Data
/// Augmentation", 2017).
///
/// @param probability that anything happens
/// @param min smallest share of the area
/// @param max greatest share of the area
/// @param ratio smallest height over width; the greatest is its inverse
/// @param attempts how often a rectangle that doesn't fit is drawn again
/// @param logarithmic whether the ratio is drawn evenly in its logarithm
/// @param mode what is written
/// @param mean the colour of [Mode#CONST]
public record RandomErasing(
    double probability,
    double min,
    double max,
    double ratio,
    int attempts,
    boolean logarithmic,
    Mode mode,
    List<Double> mean)
    implements Transform {
  /// What is written into the rectangle.
  public enum Mode {
    /// The mean.
    CONST,
    /// One normally distributed colour.
    RAND,
    /// Normally distributed noise.
    PIXEL
  }

  public RandomErasing {
    mean = List.copyOf(mean);
    if (!(min > 0 && min <= max && max <= 1 && ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException(
          "RandomErasing wants 0 < sl <= sh <= 1 and 0 < r1 <= 1, got sl %s, sh %s, r1 %s"
              .formatted(min, max, ratio));
    }
  }

  static RandomErasing parse(Settings s) {
    double probability = s.number("EPSILON", 0.5, 0, 1);
    double min = s.number("sl", 0.02, 1e-9, 1);
    double max = s.number("sh", 0.4, 1e-9, 1);
    if (min > max) {
      s.problem("'sl' must not exceed 'sh', got %s and %s".formatted(min, max));
      max = min;
    }
    double ratio = s.number("r1", 0.3, 1e-9, 1);
    String word = s.text("mode", "const");
    Mode mode = Mode.CONST;
    try {
      mode = Mode.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      s.problem("'mode' must be const, rand or pixel, got " + word);
    }
    return new RandomErasing(
        probability,
        min,
        max,
        ratio,
        s.integer("attempt", 100, 1),
        s.flag("use_log_aspect", false),
        mode,
        s.numbers("mean", List.of(0.0, 0.0, 0.0), 3));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("EPSILON", probability);
    map.put("sl", min);
    map.put("sh", max);
    map.put("r1", ratio);
    map.put("attempt", attempts);
    map.put("use_log_aspect", logarithmic);
    map.put("mode", mode.name().toLowerCase(Locale.ROOT));
    map.put("mean", mean);
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    if (random.nextDouble() > probability) {
      return input;
    }
    Planes from = PixelLoops.planes(input);
    for (int i = 0; i < attempts; i++) {
      double area = (double) from.width() * from.height() * Ranges.draw(min, max, random);
      double r =
          logarithmic
              ? Math.exp(Ranges.draw(Math.log(ratio), -Math.log(ratio), random))
              : Ranges.draw(ratio, 1 / ratio, random);
      int h = (int) Math.rint(Math.sqrt(area * r));
      int w = (int) Math.rint(Math.sqrt(area / r));
      if (w < from.width() && h < from.height()) {
        int top = random.nextInt(from.height() - h + 1);
        int left = random.nextInt(from.width() - w + 1);
        return fill(from, new Region(left, top, w, h), random);
      }
    }
    return input;
  }

  /// Writes into a rectangle.
  public Planes fill(Planes from, Region part, RandomGenerator random) {
    float[] out = from.values().clone();
    boolean apart = from.layout() == Planes.Layout.CHW;
    int plane = from.width() * from.height();
    for (int c = 0; c < from.channels(); c++) {
      float colour =
          mode == Mode.CONST ? mean.get(c % 3).floatValue() : (float) random.nextGaussian();
      for (int y = part.top(); y < part.top() + part.height(); y++) {
        for (int x = part.left(); x < part.left() + part.width(); x++) {
          int pixel = y * from.width() + x;
          out[apart ? c * plane + pixel : pixel * from.channels() + c] =
              mode == Mode.PIXEL ? (float) random.nextGaussian() : colour;
        }
      }
    }
    return new Planes(
        from.channels(), from.height(), from.width(), from.layout(), from.element(), out);
  }
}
