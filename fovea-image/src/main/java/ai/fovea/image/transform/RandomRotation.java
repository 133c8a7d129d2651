package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.Affine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Turns an image about its middle by a random angle; the size stays.
///
/// @param probability that anything happens
/// @param min smallest angle, degrees, counter-clockwise
/// @param max greatest angle
/// @param interpolation nearest, bilinear or bicubic
/// @param fill the value of all channels in the corners that come free, 0 to 255
public record RandomRotation(
    double probability, double min, double max, Interpolation interpolation, int fill)
    implements Transform {
  private static final Set<Interpolation> ALLOWED =
      Set.of(Interpolation.NEAREST, Interpolation.BILINEAR, Interpolation.BICUBIC);

  public RandomRotation {
    if (!ALLOWED.contains(interpolation)) {
      throw new IllegalArgumentException(
          "RandomRotation has nearest, bilinear and bicubic, not " + interpolation.word());
    }
  }

  static RandomRotation parse(Settings s) {
    List<Double> degrees = s.numbers("degrees", List.of(0.0), 0);
    if (degrees.size() > 2 || degrees.isEmpty()) {
      s.problem("'degrees' must be one number or two, got " + degrees);
      degrees = List.of(0.0);
    }
    double min = degrees.size() == 2 ? degrees.get(0) : -degrees.get(0);
    double max = degrees.getLast();
    double probability = s.number("prob", 0.5, 0, 1);
    Interpolation how =
        s.has("interpolation") ? s.interpolation(Backend.CV2) : Interpolation.BILINEAR;
    if (!ALLOWED.contains(how)) {
      s.problem("'interpolation' must be nearest, bilinear or bicubic, got " + how.word());
      how = Interpolation.BILINEAR;
    }
    int fill = (int) s.number("fill", 0, 0, 255);
    return new RandomRotation(probability, min, max, how, fill);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("prob", probability);
    map.put("degrees", List.of(min, max));
    map.put("interpolation", interpolation.word());
    if (fill != 0) {
      map.put("fill", fill);
    }
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image from = Step.image("RandomRotation", input);
    if (random.nextDouble() >= probability) {
      return from;
    }
    return rotate(from, Ranges.draw(min, max, random));
  }

  /// Turns by a given angle, degrees, counter-clockwise.
  public Image rotate(Image from, double angle) {
    return Affine.rotate(
        from,
        angle,
        switch (interpolation) {
          case BILINEAR -> Affine.Filter.LINEAR;
          case BICUBIC -> Affine.Filter.CUBIC;
          default -> Affine.Filter.NEAREST;
        },
        fill);
  }
}
