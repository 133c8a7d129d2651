package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A random part of an image, resized: the usual augmentation of classifiers.
///
/// The aspect ratio is drawn first, then the share of the area, bounded so that the part always fits.
///
/// @param width of the result
/// @param height of the result
/// @param scale least and greatest share of the area
/// @param ratio least and greatest width over height
/// @param logarithmic whether the ratio is drawn evenly in its logarithm
/// @param anyInterpolation draws bilinear or bicubic for each image
/// @param resampling how, unless drawn
public record RandCropImage(
    int width,
    int height,
    List<Double> scale,
    List<Double> ratio,
    boolean logarithmic,
    boolean anyInterpolation,
    Resampling resampling)
    implements Transform {
  private static final List<Double> SCALE = List.of(0.08, 1.0);
  private static final List<Double> RATIO = List.of(3.0 / 4, 4.0 / 3);

  public RandCropImage {
    scale = Ranges.checked("scale", scale);
    ratio = Ranges.checked("ratio", ratio);
  }

  /// With the usual shares and ratios.
  public static RandCropImage of(int size) {
    return new RandCropImage(size, size, SCALE, RATIO, false, false, Resampling.STANDARD);
  }

  static RandCropImage parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    boolean any = s.text("interpolation", "").equalsIgnoreCase("random");
    Backend backend = s.backend(Backend.CV2);
    Interpolation how = any ? Interpolation.BILINEAR : s.interpolation(backend);
    return new RandCropImage(
        size[0],
        size[1],
        Ranges.read(s, "scale", SCALE),
        Ranges.read(s, "ratio", RATIO),
        s.flag("use_log_aspect", false),
        any,
        new Resampling(backend, how));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("size", List.of(width, height));
    map.put("scale", scale);
    map.put("ratio", ratio);
    if (logarithmic) {
      map.put("use_log_aspect", true);
    }
    resampling.write(map);
    if (anyInterpolation) {
      map.put("interpolation", "random");
    }
    return map;
  }

  @Override
  public boolean random() {
    return true;
  }

  /// Draws the part of an image of a size.
  public Region draw(int w, int h, RandomGenerator random) {
    double r =
        logarithmic
            ? Math.exp(Ranges.draw(Math.log(ratio.get(0)), Math.log(ratio.get(1)), random))
            : Ranges.draw(ratio.get(0), ratio.get(1), random);
    double bound = Math.min((double) w / h / r, (double) h / w * r);
    double share =
        Ranges.draw(Math.min(scale.get(0), bound), Math.min(scale.get(1), bound), random);
    double area = (double) w * h * share;
    // a very narrow image must keep at least a pixel of each side
    int partW = Math.clamp((int) Math.sqrt(area * r), 1, w);
    int partH = Math.clamp((int) Math.sqrt(area / r), 1, h);
    return new Region(random.nextInt(w - partW + 1), random.nextInt(h - partH + 1), partW, partH);
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image from = Step.image("RandCropImage", input);
    Region part = draw(from.width(), from.height(), random);
    Resampling how =
        anyInterpolation && random.nextBoolean()
            ? new Resampling(resampling.backend(), Interpolation.BICUBIC)
            : resampling;
    return how.resize(from, part, width, height, workspace);
  }

  /// A given part, resized.
  public Image resized(Image from, Region part, Workspace workspace) {
    return resampling.resize(from, part, width, height, workspace);
  }
}
