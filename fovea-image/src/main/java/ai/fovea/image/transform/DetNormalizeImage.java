package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The normalisation of PaddleDetection's models (`NormalizeImage` there): divided by 255 if asked, then
/// mean and deviation, channels last.
///
/// @param mean three numbers
/// @param std three numbers, none 0
/// @param scale whether to divide by 255 first
public record DetNormalizeImage(List<Double> mean, List<Double> std, boolean scale)
    implements Transform {
  public DetNormalizeImage {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  static DetNormalizeImage parse(Settings s) {
    List<Double> mean = s.numbers("mean", NormalizeImage.MEAN, 3);
    List<Double> std = s.numbers("std", NormalizeImage.STD, 3);
    if (std.contains(0.0)) {
      s.problem("'std' must not hold 0, got " + std);
    }
    return new DetNormalizeImage(mean, std, s.flag("is_scale", true));
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("mean", mean);
    map.put("std", std);
    map.put("is_scale", scale);
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Planes from = PixelLoops.planes(input);
    if (from.layout() != Planes.Layout.HWC || from.channels() != 3) {
      throw Step.wants("NormalizeImage wants an image", input);
    }
    float[] out = new float[from.values().length];
    for (int i = 0; i < out.length; i++) {
      float x = scale ? from.values()[i] / 255f : from.values()[i];
      out[i] = (x - mean.get(i % 3).floatValue()) / std.get(i % 3).floatValue();
    }
    return new Planes(
        3, from.height(), from.width(), Planes.Layout.HWC, Planes.Element.FLOAT32, out);
  }
}
