package ai.fovea.image.transform;

import ai.fovea.image.Picture;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.Affine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Turns a picture about its middle by a random angle; the size stays, corners become black.
///
/// @param probability that anything happens
/// @param least smallest angle, degrees, counter-clockwise
/// @param most greatest angle
/// @param interpolation nearest or bilinear
public record RandomRotation(
    double probability, double least, double most, Interpolation interpolation)
    implements Transform {
  public RandomRotation {
    if (interpolation != Interpolation.NEAREST && interpolation != Interpolation.BILINEAR) {
      throw new IllegalArgumentException(
          "RandomRotation has nearest and bilinear, not " + interpolation.word());
    }
  }

  static RandomRotation parse(Settings s) {
    List<Double> degrees = s.numbers("degrees", List.of(0.0), 0);
    if (degrees.size() > 2 || degrees.isEmpty()) {
      s.problem("'degrees' must be one number or two, got " + degrees);
      degrees = List.of(0.0);
    }
    double least = degrees.size() == 2 ? degrees.get(0) : -degrees.get(0);
    double most = degrees.getLast();
    double probability = s.number("prob", 0.5, 0, 1);
    Interpolation how =
        s.has("interpolation") ? s.interpolation(Backend.CV2) : Interpolation.BILINEAR;
    if (how != Interpolation.NEAREST && how != Interpolation.BILINEAR) {
      s.problem("'interpolation' must be nearest or bilinear, got " + how.word());
      how = Interpolation.BILINEAR;
    }
    return new RandomRotation(probability, least, most, how);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("prob", probability);
    map.put("degrees", List.of(least, most));
    map.put("interpolation", interpolation.word());
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Picture from = Step.picture("RandomRotation", input);
    if (random.nextDouble() >= probability) {
      return from;
    }
    return rotate(from, Ranges.draw(least, most, random));
  }

  /// Turns by a given angle, degrees, counter-clockwise.
  public Picture rotate(Picture from, double angle) {
    return Affine.rotate(from, angle, interpolation == Interpolation.BILINEAR);
  }
}
