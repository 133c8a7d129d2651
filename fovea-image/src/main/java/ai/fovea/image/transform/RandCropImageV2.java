package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A random rectangle of a fixed size, not resized. The reference sometimes cuts a row or a column too few;
/// here the result always has its size.
///
/// @param width of the result
/// @param height of the result
public record RandCropImageV2(int width, int height) implements Transform {
  static RandCropImageV2 parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    s.ignore("keys");
    return new RandCropImageV2(size[1], size[0]);
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("size", List.of(height, width)));
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
          "RandCropImageV2 wants at least %d x %d pixels".formatted(width, height), input);
    }
    return new Region(random.nextInt(spareX + 1), random.nextInt(spareY + 1), width, height)
        .cut(input);
  }
}
