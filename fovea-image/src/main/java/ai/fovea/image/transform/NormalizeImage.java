package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// `(x * scale - mean) / std` for each channel, in 32-bit floats.
///
/// @param scale applied first, usually 1/255
/// @param mean three numbers, in units after the scale
/// @param std three numbers, none 0
/// @param order the layout of the input, which stays
/// @param channels 3, or 4 to append a channel of zeros
/// @param half rounded to 16-bit floats
public record NormalizeImage(
    double scale,
    List<Double> mean,
    List<Double> std,
    Planes.Layout order,
    int channels,
    boolean half)
    implements Transform {
  static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  static final List<Double> STD = List.of(0.229, 0.224, 0.225);

  /// With ImageNet's mean and deviation, on an image.
  public static final NormalizeImage IMAGENET =
      new NormalizeImage(1.0 / 255.0, MEAN, STD, Planes.Layout.HWC, 3, false);

  public NormalizeImage {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3 || std.contains(0.0)) {
      throw new IllegalArgumentException(
          "NormalizeImage wants three means and three deviations that are not 0, got %s and %s"
              .formatted(mean, std));
    }
    if (channels != 3 && channels != 4) {
      throw new IllegalArgumentException("NormalizeImage makes 3 or 4 channels, not " + channels);
    }
  }

  static NormalizeImage parse(Settings s) {
    double scale = s.numbers("scale", List.of(1.0 / 255.0), 1).getFirst();
    List<Double> mean = s.numbers("mean", MEAN, 3);
    List<Double> std = s.numbers("std", STD, 3);
    if (std.contains(0.0)) {
      s.problem("'std' must not hold 0, got " + std);
      std = STD;
    }
    int channels = s.integer("channel_num", 3, 1);
    if (channels != 3 && channels != 4) {
      s.problem("'channel_num' must be 3 or 4, got " + channels);
      channels = 3;
    }
    boolean half = s.flag("output_fp16", false);
    boolean apart = s.text("order", "chw").equals("chw");
    return new NormalizeImage(
        scale, mean, std, apart ? Planes.Layout.CHW : Planes.Layout.HWC, channels, half);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("scale", scale);
    map.put("mean", mean);
    map.put("std", std);
    map.put("order", order == Planes.Layout.CHW ? "chw" : "");
    if (channels != 3) {
      map.put("channel_num", channels);
    }
    if (half) {
      map.put("output_fp16", true);
    }
    return map;
  }

  /// What each byte becomes: one table of 256 a channel, in one array.
  float[] tables() {
    float[] tables = new float[3 * 256];
    for (int c = 0; c < 3; c++) {
      for (int v = 0; v < 256; v++) {
        tables[c * 256 + v] = value(v, c);
      }
    }
    return tables;
  }

  private float value(float x, int channel) {
    float mean32 = mean.get(channel).floatValue();
    float std32 = std.get(channel).floatValue();
    float value = (x * (float) scale - mean32) / std32;
    return half ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    boolean fits =
        switch (input) {
          case Image _ -> order == Planes.Layout.HWC;
          case Planes p -> p.layout() == order && p.channels() == 3;
          default -> false;
        };
    if (!fits) {
      throw Step.wants(
          "NormalizeImage with order " + order + " wants three channels in that order", input);
    }
    Planes from = PixelLoops.planes(input);
    boolean apart = order == Planes.Layout.CHW;
    int plane = from.width() * from.height();
    float[] out = new float[channels * plane];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < plane; i++) {
        float x = from.values()[apart ? c * plane + i : i * 3 + c];
        out[apart ? c * plane + i : i * channels + c] = value(x, c);
      }
    }
    var element = half ? Planes.Element.FLOAT16 : Planes.Element.FLOAT32;
    return new Planes(channels, from.height(), from.width(), order, element, out);
  }
}
