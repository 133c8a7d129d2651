package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Exchanges left and right with a probability.
///
/// @param probability 0 to 1
public record RandomHorizontalFlip(double probability) implements Transform {
  static RandomHorizontalFlip parse(Settings s) {
    s.ignore("keys");
    return new RandomHorizontalFlip(s.number("prob", 0.5, 0, 1));
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("prob", probability));
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    return random.nextDouble() < probability ? PixelLoops.mirror(input, true, false) : input;
  }
}
