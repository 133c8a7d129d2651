package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Cuts a rectangle out of the middle, rounded towards the upper left.
///
/// @param width of the result
/// @param height of the result
/// @param dialect what happens where the image is smaller
public record CropImage(int width, int height, Dialect dialect) implements Transform {
  public CropImage {
    if (width < 0 || height < 0) {
      throw new IllegalArgumentException("CropImage wants a size, got " + width + " x " + height);
    }
  }

  static CropImage parse(Settings s) {
    int[] size = s.requiredPair("size", 0);
    return new CropImage(size[0], size[1], s.context.dialect);
  }

  @Override
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("size", List.of(width, height)));
  }

  /// Where an image is cut.
  Region region(int fullWidth, int fullHeight) {
    if (dialect == Dialect.DEPLOYMENT && (fullWidth < width || fullHeight < height)) {
      throw new IllegalArgumentException(
          "CropImage can't cut %d x %d out of %d x %d pixels: resize to at least that size before"
              .formatted(width, height, fullWidth, fullHeight));
    }
    return Region.slice(
        Math.floorDiv(fullWidth - width, 2),
        Math.floorDiv(fullHeight - height, 2),
        width,
        height,
        fullWidth,
        fullHeight);
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    return region(Step.width(input), Step.height(input)).cut(input);
  }
}
