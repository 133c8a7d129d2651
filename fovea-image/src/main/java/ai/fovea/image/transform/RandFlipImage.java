package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Mirrors every other image.
///
/// @param code 1 left and right, 0 top and bottom, -1 both
public record RandFlipImage(int code) implements Transform {
  public RandFlipImage {
    if (code < -1 || code > 1) {
      throw new IllegalArgumentException("RandFlipImage's flip_code is -1, 0 or 1, got " + code);
    }
  }

  static RandFlipImage parse(Settings s) {
    int code = s.integer("flip_code", 1, -1);
    if (code > 1) {
      s.problem("'flip_code' must be -1, 0 or 1, got " + code);
      code = 1;
    }
    return new RandFlipImage(code);
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("flip_code", code));
  }

  @Override
  public boolean random() {
    return true;
  }

  /// Mirrors without a draw.
  public Pixels flip(Pixels input) {
    return PixelLoops.mirror(input, code != 0, code != 1);
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    return random.nextBoolean() ? flip(input) : input;
  }
}
