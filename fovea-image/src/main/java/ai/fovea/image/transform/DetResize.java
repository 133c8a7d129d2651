package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.CubicResize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The resize of PaddleDetection's models (`Resize` there): stretched to a size, or kept in proportion so
/// that the shorter side fits the smaller target and the longer one doesn't exceed the larger.
///
/// @param height of the target
/// @param width of the target
/// @param keepRatio in proportion
/// @param interpolation OpenCV's
public record DetResize(int height, int width, boolean keepRatio, Interpolation interpolation)
    implements Transform {
  static DetResize parse(Settings s) {
    int[] size = s.requiredPair("target_size", 1);
    boolean keep = s.flag("keep_ratio", true);
    Interpolation how =
        Interpolation.of(s.integer("interp", 1, 0))
            .orElseGet(() -> {
              s.problem("'interp' must be 0 to 4");
              return Interpolation.BILINEAR;
            });
    return new DetResize(size[0], size[1], keep, how);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("target_size", List.of(height, width));
    map.put("keep_ratio", keepRatio);
    map.put("interp", interpolation.opencv());
    return map;
  }

  /// The factors by which an image's rows and columns grow: what the detector calls `scale_factor`.
  ///
  /// @return for the height, then for the width
  public double[] factors(int imageWidth, int imageHeight) {
    if (!keepRatio) {
      return new double[] {(double) height / imageHeight, (double) width / imageWidth};
    }
    double shorter = Math.min(imageWidth, imageHeight);
    double longer = Math.max(imageWidth, imageHeight);
    double scale = Math.min(height, width) / shorter;
    if (Math.rint(scale * longer) > Math.max(height, width)) {
      scale = Math.max(height, width) / longer;
    }
    return new double[] {scale, scale};
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image from = Step.image("Resize", input);
    double[] f = factors(from.width(), from.height());
    if (interpolation == Interpolation.BICUBIC) {
      int w = (int) Math.rint(from.width() * f[1]);
      int h = (int) Math.rint(from.height() * f[0]);
      return CubicResize.resize(from, 0, 0, from.width(), from.height(), w, h, 1 / f[1], 1 / f[0]);
    }
    return workspace
        .buffers()
        .resize(from, 0, 0, from.width(), from.height(), 0, 0, f[1], f[0], interpolation.opencv());
  }
}
