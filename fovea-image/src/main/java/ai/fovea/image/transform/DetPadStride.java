package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Zeros to the right and below, up to multiples of a stride: `PadStride` of PaddleDetection's models.
///
/// @param stride 0 or 1 for none
public record DetPadStride(int stride) implements Transform {
  static DetPadStride parse(Settings s) {
    return new DetPadStride(s.integer("stride", 0, 0));
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("stride", stride));
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Planes from = PixelLoops.planes(input);
    if (from.layout() != Planes.Layout.CHW) {
      throw Step.wants("PadStride wants channels first", input);
    }
    if (stride <= 1) {
      return from;
    }
    int h = Math.ceilDiv(from.height(), stride) * stride;
    int w = Math.ceilDiv(from.width(), stride) * stride;
    float[] out = new float[from.channels() * h * w];
    for (int c = 0; c < from.channels(); c++) {
      for (int y = 0; y < from.height(); y++) {
        System.arraycopy(
            from.values(),
            (c * from.height() + y) * from.width(),
            out,
            (c * h + y) * w,
            from.width());
      }
    }
    return new Planes(from.channels(), h, w, Planes.Layout.CHW, from.element(), out);
  }
}
