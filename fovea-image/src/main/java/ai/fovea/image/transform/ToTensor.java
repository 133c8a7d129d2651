package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// PaddlePaddle's conversion: bytes divided by 255, channels apart, `[3,H,W]`.
public record ToTensor() implements Transform {
  static ToTensor parse(Settings s) {
    s.ignore("data_format", "keys");
    return new ToTensor();
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>();
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image image = Step.image("ToTensor", input);
    Planes bytes = PixelLoops.planes(image).toChw();
    float[] out = new float[bytes.values().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes.values()[i] / 255f;
    }
    return new Planes(
        3, image.height(), image.width(), Planes.Layout.CHW, Planes.Element.FLOAT32, out);
  }
}
