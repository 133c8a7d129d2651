package ai.fovea.image.transform;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A border around an image: `Pad`, and `Pad_paddle_vision` with its modes. The fill of the second goes to
/// the first channel alone, as PaddlePaddle does it with arrays.
///
/// @param name which of the two names it has in a configuration
/// @param left pixels, and so on
/// @param top pixels
/// @param right pixels
/// @param bottom pixels
/// @param fill the value of all channels where the mode is constant, 0 to 255
/// @param mode what the border shows
public record Pad(String name, int left, int top, int right, int bottom, int fill, Mode mode)
    implements Transform {
  /// What a border shows.
  public enum Mode {
    /// One value.
    CONSTANT,
    /// The pixel at the edge.
    EDGE,
    /// The mirrored image, the edge pixel not repeated.
    REFLECT,
    /// The mirrored image, the edge pixel repeated.
    SYMMETRIC
  }

  static Pad parse(Settings s, String name) {
    List<Double> sides = s.numbers("padding", List.of(0.0), 0);
    int[] ltrb = new int[4];
    switch (sides.size()) {
      case 1, 2, 4 -> {
        for (int i = 0; i < 4; i++) {
          ltrb[i] = sides.get(i % sides.size()).intValue();
        }
      }
      default -> s.problem("'padding' must be 1, 2 or 4 numbers, got " + sides);
    }
    for (int side : ltrb) {
      if (side < 0) {
        s.problem("'padding' must not be negative, got " + sides);
      }
    }
    String word = s.text("padding_mode", "constant");
    Mode mode = Mode.CONSTANT;
    try {
      mode = Mode.valueOf(word.toUpperCase(java.util.Locale.ROOT));
    } catch (IllegalArgumentException e) {
      s.problem("'padding_mode' must be constant, edge, reflect or symmetric, got " + word);
    }
    int fill = (int) s.number("fill", 0, 0, 255);
    s.ignore("backend", "keys");
    return new Pad(name, ltrb[0], ltrb[1], ltrb[2], ltrb[3], fill, mode);
  }

  @Override
  public Map<String, Object> settings() {
    var map = new LinkedHashMap<String, Object>();
    map.put(
        "padding",
        left == top && top == right && right == bottom ? left : List.of(left, top, right, bottom));
    map.put("fill", fill);
    if (mode != Mode.CONSTANT) {
      map.put("padding_mode", mode.name().toLowerCase(java.util.Locale.ROOT));
    }
    if (name.equals("Pad")) {
      map.put("backend", "cv2"); // the reference's other choice refuses arrays
    }
    return map;
  }

  @Override
  public Pixels apply(Pixels input, RandomGenerator random, Workspace workspace) {
    Image from = Step.image(name, input);
    int w = from.width() + left + right;
    int h = from.height() + top + bottom;
    byte[] out = new byte[3 * w * h];
    int others = name.equals("Pad") ? fill : 0;
    for (int y = 0; y < h; y++) {
      int sy = source(y - top, from.height());
      for (int x = 0; x < w; x++) {
        int sx = source(x - left, from.width());
        int o = 3 * (y * w + x);
        if (sx < 0 || sy < 0) {
          out[o] = (byte) fill;
          out[o + 1] = (byte) others;
          out[o + 2] = (byte) others;
        } else {
          System.arraycopy(from.pixels(), 3 * (sy * from.width() + sx), out, o, 3);
        }
      }
    }
    return Image.wrap(w, h, out);
  }

  /// The coordinate whose pixel is shown at `at`; -1 for the fill.
  private int source(int at, int size) {
    if (at >= 0 && at < size) {
      return at;
    }
    return switch (mode) {
      case CONSTANT -> -1;
      case EDGE -> Math.clamp(at, 0, size - 1);
      case REFLECT -> {
        int period = Math.max(1, 2 * (size - 1));
        int p = Math.floorMod(at, period);
        yield p < size ? p : period - p;
      }
      case SYMMETRIC -> {
        int p = Math.floorMod(at, 2 * size);
        yield p < size ? p : 2 * size - 1 - p;
      }
    };
  }
}
