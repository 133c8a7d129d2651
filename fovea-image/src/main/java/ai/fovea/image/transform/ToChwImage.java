package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// `[H,W,C]` to `[C,H,W]`: `ToCHWImage`.
public record ToChwImage() implements Transform {
  static ToChwImage parse(Settings s) {
    return new ToChwImage();
  }

  @Override
  public String name() {
    return "ToCHWImage";
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>();
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    if (input instanceof Planes p && p.layout() == Planes.Layout.CHW) {
      throw Step.wants("ToCHWImage wants channels last", input);
    }
    return PixelLoops.planes(input).toChw();
  }
}
