package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.Colours;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Changes brightness, contrast, saturation and hue by random factors, in random order.
///
/// @param probability that anything happens; 1 or more is always
/// @param brightness v draws the factor from max(0, 1-v) to 1+v; 0 leaves it alone
/// @param contrast likewise
/// @param saturation likewise
/// @param hue v draws the turn from -v to v, at most 0.5 (half of the colour circle)
public record ColorJitter(
    double probability, double brightness, double contrast, double saturation, double hue)
    implements Transform {
  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          "ColorJitter wants values of at least 0, hue at most 0.5, got %s, %s, %s, %s"
              .formatted(brightness, contrast, saturation, hue));
    }
  }

  static ColorJitter parse(Settings s) {
    s.ignore("keys");
    return new ColorJitter(
        s.number("prob", 2, 0, Double.MAX_VALUE),
        s.number("brightness", 0, 0, Double.MAX_VALUE),
        s.number("contrast", 0, 0, Double.MAX_VALUE),
        s.number("saturation", 0, 0, Double.MAX_VALUE),
        s.number("hue", 0, 0, 0.5));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("prob", probability);
    map.put("brightness", brightness);
    map.put("contrast", contrast);
    map.put("saturation", saturation);
    map.put("hue", hue);
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image image = Step.image("ColorJitter", input);
    if (random.nextDouble() >= probability) {
      return image;
    }
    int[] order = {0, 1, 2, 3};
    for (int i = 3; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    for (int step : order) {
      image =
          switch (step) {
            case 0 -> brightness == 0 ? image : brightness(image, factor(brightness, random));
            case 1 -> contrast == 0 ? image : contrast(image, factor(contrast, random));
            case 2 -> saturation == 0 ? image : saturation(image, factor(saturation, random));
            default -> hue == 0 ? image : hue(image, Ranges.draw(-hue, hue, random));
          };
    }
    return image;
  }

  private static double factor(double value, RandomGenerator random) {
    return Ranges.draw(Math.max(0, 1 - value), 1 + value, random);
  }

  /// Every sample times `factor`.
  public static Image brightness(Image image, double factor) {
    return Colours.brightness(image, factor);
  }

  /// Every sample's distance from the image's mean gray times `factor`.
  public static Image contrast(Image image, double factor) {
    return Colours.contrast(image, factor);
  }

  /// Every pixel's distance from its own gray times `factor`.
  public static Image saturation(Image image, double factor) {
    return Colours.saturation(image, factor);
  }

  /// The colour circle turned by `turn`, -0.5 to 0.5.
  public static Image hue(Image image, double turn) {
    return Colours.hue(image, turn);
  }
}
