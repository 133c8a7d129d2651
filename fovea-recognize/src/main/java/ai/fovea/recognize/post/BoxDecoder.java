package ai.fovea.recognize.post;

import ai.fovea.base.ModelException;
import ai.fovea.graph.NDArray;
import ai.fovea.image.transform.Geometry;
import java.util.List;

/// Boxes from the maps of a PicoDet head ([PostStep.DecodeBoxes]).
final class BoxDecoder {
  private static final int SIDES = 4;

  private BoxDecoder() {}

  /// Decodes the maps of one image.
  ///
  /// @param maps for L strides L of scores `[HW,C]`, then L of distributions `[HW,4*bins]`
  static Candidates decode(
      PostStep.DecodeBoxes step, List<NDArray> maps, Geometry geometry, String name) {
    List<Integer> strides = step.strides();
    int levels = strides.size();
    requireMaps(step, maps, geometry, name);
    int classes = maps.getFirst().shape().size(1);
    int count = maps.subList(0, levels).stream().mapToInt(m -> m.shape().size(0)).sum();
    float[] boxes = new float[SIDES * count];
    float[] scores = new float[classes * count];
    int first = 0;
    for (int level = 0; level < levels; level++) {
      int stride = strides.get(level);
      int columns = Math.ceilDiv(geometry.width(), stride);
      float[] s = maps.get(level).floats();
      float[] distributions = maps.get(levels + level).floats();
      int cells = s.length / classes;
      for (int cell = 0; cell < cells; cell++) {
        int k = first + cell;
        for (int c = 0; c < classes; c++) {
          scores[c * count + k] = s[cell * classes + c];
        }
        // centre of the cell, and how far each side is from it
        float x = (cell % columns + 0.5f) * stride;
        int row = cell / columns;
        float y = (row + 0.5f) * stride;
        for (int side = 0; side < SIDES; side++) {
          float distance =
              expectation(distributions, (cell * SIDES + side) * step.bins(), step.bins()) * stride;
          float centre = side % 2 == 0 ? x : y;
          boxes[k * SIDES + side] = side < 2 ? centre - distance : centre + distance;
        }
      }
      first += cells;
    }
    return new Candidates(boxes, scores, classes);
  }

  private static void requireMaps(
      PostStep.DecodeBoxes step, List<NDArray> maps, Geometry geometry, String name) {
    int levels = step.strides().size();
    boolean fits = maps.size() == 2 * levels;
    for (int i = 0; fits && i < maps.size(); i++) {
      int stride = step.strides().get(i % levels);
      int cells = Math.ceilDiv(geometry.width(), stride) * Math.ceilDiv(geometry.height(), stride);
      NDArray map = maps.get(i);
      fits =
          map.shape().rank() == 2
              && map.shape().size(0) == cells
              && (i < levels
                  ? map.shape().size(1) == maps.getFirst().shape().size(1)
                  : map.shape().size(1) == SIDES * step.bins());
    }
    if (!fits) {
      throw new ModelException(
          "%s: boxes of strides %s and %d bins can't be decoded from the outputs %s of an input of %d x %d"
              .formatted(
                  name, step.strides(), step.bins(), maps, geometry.width(), geometry.height()));
    }
  }

  /// The mean of 0, 1, 2, … weighted by the softmax of some numbers.
  private static float expectation(float[] values, int from, int bins) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < bins; i++) {
      max = Math.max(max, values[from + i]);
    }
    double sum = 0;
    double weighted = 0;
    for (int i = 0; i < bins; i++) {
      double e = Math.exp(values[from + i] - max);
      sum += e;
      weighted += i * e;
    }
    return (float) (weighted / sum);
  }
}
