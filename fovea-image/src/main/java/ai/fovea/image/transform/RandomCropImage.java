package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A random rectangle of a fixed size, not resized.
///
/// @param width of the result
/// @param height of the result
public record RandomCropImage(int width, int height) implements Transform {
  static RandomCropImage parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    s.ignore("keys");
    return new RandomCropImage(size[0], size[1]);
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("size", List.of(width, height)));
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    int spareX = Step.width(input) - width;
    int spareY = Step.height(input) - height;
    if (spareX < 0 || spareY < 0) {
      throw Step.wants(
          "RandomCropImage wants at least %d x %d pixels".formatted(width, height), input);
    }
    return new Region(random.nextInt(spareX + 1), random.nextInt(spareY + 1), width, height)
        .cut(input);
  }
}
