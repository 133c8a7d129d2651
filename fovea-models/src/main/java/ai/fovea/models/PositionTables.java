package ai.fovea.models;

import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Carries the weights of a vision transformer over to images of another size.
///
/// A position table `[1, k + h w, C]` holds `k` class tokens' rows and then one row for each square of the
/// image. The tokens' rows are kept; the others are taken as a map of `h` by `w` (the old one square) and
/// resized bicubically (kernel of Keys 1981 with `a = -0.75`, pixel centres aligned, edges repeated), as the
/// reference does for its foundation models (its plain ViT refuses weights of another size). Everything else does
/// not depend on the size.
public final class PositionTables {
  private static final double A = -0.75;

  /// Weights that fit, and what was done to them, one sentence a table.
  public record Adapted(Map<String, NDArray> weights, List<String> notes) {}

  private PositionTables() {}

  /// The weights with every parameter called `pos_embed` resized to what `graph` wants. Others are passed on
  /// untouched, and so are tables that can't be resized: loading reports those.
  ///
  /// @param graph built for the new size
  public static Adapted adapt(Map<String, NDArray> weights, Graph graph) {
    var adapted = new LinkedHashMap<>(weights);
    var notes = new ArrayList<String>();
    Shape image = graph.inputs().values().iterator().next().shape();
    for (Param param : graph.params()) {
      NDArray old = weights.get(param.name());
      boolean table = param.name().equals("pos_embed") || param.name().endsWith(".pos_embed");
      if (!table || old == null || old.shape().equals(param.shape())) {
        continue;
      }
      Shape from = old.shape();
      Shape to = param.shape();
      if (from.rank() != 3 || from.size(2) != to.size(2) || image.rank() != 4) {
        continue;
      }
      int tokens = tokens(from.size(1));
      int places = to.size(1) - tokens;
      int side = (int) Math.sqrt(from.size(1) - tokens);
      int h = (int) Math.round(Math.sqrt((double) places * image.size(2) / image.size(3)));
      if (h < 1 || places % h != 0) {
        continue;
      }
      int w = places / h;
      adapted.put(param.name(), resize(old, tokens, side, h, w));
      notes.add(
          param.name() + ": resized bicubically from " + side + "x" + side + " to " + h + "x" + w);
    }
    return new Adapted(adapted, notes);
  }

  /// How many rows in front leave a square number: 0, 1 (class token) or 2 (and a distillation token).
  private static int tokens(int rows) {
    for (int k = 0; k < 3; k++) {
      int side = (int) Math.round(Math.sqrt(rows - k));
      if (side * side == rows - k) {
        return k;
      }
    }
    return 1;
  }

  private static NDArray resize(NDArray table, int tokens, int side, int h, int w) {
    int channels = table.shape().size(2);
    float[] in = table.floats();
    float[] out = new float[(tokens + h * w) * channels];
    System.arraycopy(in, 0, out, 0, tokens * channels);
    for (int y = 0; y < h; y++) {
      double atY = (y + 0.5) * side / h - 0.5;
      for (int x = 0; x < w; x++) {
        double atX = (x + 0.5) * side / w - 0.5;
        int to = (tokens + y * w + x) * channels;
        for (int c = 0; c < channels; c++) {
          out[to + c] = (float) sample(in, tokens, side, channels, c, atY, atX);
        }
      }
    }
    return NDArray.of(out, 1, tokens + h * w, channels);
  }

  private static double sample(
      float[] in, int tokens, int side, int channels, int channel, double y, double x) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double sum = 0;
    for (int j = -1; j <= 2; j++) {
      double weight = cubic(y - top - j);
      int row = Math.clamp(top + j, 0, side - 1);
      for (int i = -1; i <= 2; i++) {
        int column = Math.clamp(left + i, 0, side - 1);
        sum +=
            weight * cubic(x - left - i) * in[(tokens + row * side + column) * channels + channel];
      }
    }
    return sum;
  }

  /// Keys's kernel: 1 at 0, 0 at the other whole numbers and beyond 2.
  private static double cubic(double distance) {
    double d = Math.abs(distance);
    return d <= 1
        ? ((A + 2) * d - (A + 3)) * d * d + 1
        : d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
  }
}
