package ai.fovea.image.transform;

import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.internal.PixelLoops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// Puts an image on a larger canvas of floats: `Padv2`.
///
/// @param width of the canvas
/// @param height of the canvas
/// @param place where the image lies
/// @param left for a given place, columns before the image
/// @param top for a given place, rows before the image
/// @param fill three numbers
public record PadToSize(int width, int height, Place place, int left, int top, List<Double> fill)
    implements Transform {
  /// Where the image lies on its canvas.
  public enum Place {
    /// At `left`, `top` (-1 in configurations).
    GIVEN,
    /// At the upper left (0).
    UPPER_LEFT,
    /// In the middle (1).
    MIDDLE,
    /// At the lower right (2).
    LOWER_RIGHT
  }

  public PadToSize {
    fill = List.copyOf(fill);
  }

  static PadToSize parse(Settings s) {
    int[] size = s.requiredPair("size", 1);
    int mode = s.integer("pad_mode", 0, -1);
    if (mode > 2) {
      s.problem("'pad_mode' must be -1, 0, 1 or 2, got " + mode);
      mode = 0;
    }
    int[] offsets = s.pair("offsets", 0).orElse(null);
    if (mode == -1 && offsets == null) {
      s.problem("pad_mode -1 needs 'offsets'");
    }
    if (offsets == null) {
      offsets = new int[2];
    }
    List<Double> fill = s.numbers("fill_value", List.of(127.5), 0);
    if (fill.size() == 1) {
      fill = List.of(fill.get(0), fill.get(0), fill.get(0));
    } else if (fill.size() != 3) {
      s.problem("'fill_value' must be 1 or 3 numbers, got " + fill);
    }
    s.ignore("size_divisor");
    Place place =
        switch (mode) {
          case -1 -> Place.GIVEN;
          case 1 -> Place.MIDDLE;
          case 2 -> Place.LOWER_RIGHT;
          default -> Place.UPPER_LEFT;
        };
    return new PadToSize(size[0], size[1], place, offsets[0], offsets[1], fill);
  }

  @Override
  public String name() {
    return "Padv2";
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put("size", List.of(width, height));
    map.put(
        "pad_mode",
        switch (place) {
          case GIVEN -> -1;
          case UPPER_LEFT -> 0;
          case MIDDLE -> 1;
          case LOWER_RIGHT -> 2;
        });
    if (place == Place.GIVEN) {
      map.put("offsets", List.of(left, top));
    }
    map.put("fill_value", fill);
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Planes from = PixelLoops.planes(input);
    if (from.layout() != Planes.Layout.HWC || from.channels() != 3) {
      throw Step.wants("Padv2 wants an image", input);
    }
    Region at = place(from.width(), from.height());
    int x0 = at.left();
    int y0 = at.top();
    float[] out = new float[3 * width * height];
    for (int i = 0; i < out.length; i++) {
      out[i] = Objects.requireNonNull(fill.get(i % 3)).floatValue();
    }
    for (int y = 0; y < from.height(); y++) {
      System.arraycopy(
          from.values(), 3 * y * from.width(), out, 3 * ((y0 + y) * width + x0), 3 * from.width());
    }
    return new Planes(3, height, width, Planes.Layout.HWC, Planes.Element.FLOAT32, out);
  }

  /// Where an image lies on its canvas.
  Region place(int imageWidth, int imageHeight) {
    int spareX = width - imageWidth;
    int spareY = height - imageHeight;
    int x0 =
        switch (place) {
          case GIVEN -> left;
          case UPPER_LEFT -> 0;
          case MIDDLE -> spareX / 2;
          case LOWER_RIGHT -> spareX;
        };
    int y0 =
        switch (place) {
          case GIVEN -> top;
          case UPPER_LEFT -> 0;
          case MIDDLE -> spareY / 2;
          case LOWER_RIGHT -> spareY;
        };
    if (Math.min(x0, y0) < 0 || x0 > spareX || y0 > spareY) {
      throw new IllegalArgumentException(
          "Padv2 can't put %d x %d pixels at (%d, %d) of a canvas of %d x %d: resize before"
              .formatted(imageWidth, imageHeight, x0, y0, width, height));
    }
    return new Region(x0, y0, imageWidth, imageHeight);
  }
}
