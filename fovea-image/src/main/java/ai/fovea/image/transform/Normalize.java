package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// PaddlePaddle's `(x - mean) / std` on three channels.
///
/// @param mean three numbers
/// @param std three numbers, none 0
/// @param layout of the input
public record Normalize(List<Double> mean, List<Double> std, Planes.Layout layout)
    implements Transform {
  public Normalize {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3 || std.contains(0.0)) {
      throw new IllegalArgumentException(
          "Normalize wants three means and three deviations that are not 0, got %s and %s"
              .formatted(mean, std));
    }
  }

  static Normalize parse(Settings s) {
    List<Double> mean = three(s, "mean", 0.0);
    List<Double> std = three(s, "std", 1.0);
    if (std.contains(0.0)) {
      s.problem("'std' must not hold 0, got " + std);
      std = List.of(1.0, 1.0, 1.0);
    }
    boolean last = s.text("data_format", "CHW").equalsIgnoreCase("HWC");
    s.ignore("to_rgb", "keys");
    return new Normalize(mean, std, last ? Planes.Layout.HWC : Planes.Layout.CHW);
  }

  private static List<Double> three(Settings s, String key, double defaultValue) {
    List<Double> given = s.numbers(key, List.of(defaultValue), 0);
    return given.size() == 1 ? List.of(given.get(0), given.get(0), given.get(0)) : given;
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("mean", mean);
    map.put("std", std);
    if (layout == Planes.Layout.HWC) {
      map.put("data_format", "HWC");
    }
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Planes from = PixelLoops.planes(input);
    if (from.layout() != layout || from.channels() != 3) {
      throw Step.wants("Normalize wants three channels in " + layout, input);
    }
    int plane = from.width() * from.height();
    float[] out = new float[3 * plane];
    for (int i = 0; i < out.length; i++) {
      int c = layout == Planes.Layout.CHW ? i / plane : i % 3;
      out[i] = (from.values()[i] - mean.get(c).floatValue()) / std.get(c).floatValue();
    }
    return new Planes(3, from.height(), from.width(), layout, Planes.Element.FLOAT32, out);
  }
}
