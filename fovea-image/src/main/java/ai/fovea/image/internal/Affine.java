package ai.fovea.image.internal;

import ai.fovea.image.Image;
import java.util.Arrays;

/// Affine maps of images as Pillow makes them: each new pixel looks up where it comes from; what comes
/// from outside gets a fill.
public final class Affine {
  /// How a pixel between pixels is made.
  public enum Filter {
    /// The pixel there.
    NEAREST,
    /// From four.
    LINEAR,
    /// From sixteen, with Pillow's sharper cubic for this purpose (a = -1).
    CUBIC
  }

  private Affine() {}

  /// Turned counter-clockwise about the middle; the size stays.
  ///
  /// @param angle in degrees
  public static Image rotate(Image from, double angle, Filter filter, int fill) {
    double turn = -Math.toRadians(angle % 360);
    double cos = Math.cos(turn);
    double sin = Math.sin(turn);
    double cx = from.width() / 2.0;
    double cy = from.height() / 2.0;
    return map(
        from,
        new double[] {cos, sin, cx - cos * cx - sin * cy, -sin, cos, cy + sin * cx - cos * cy},
        filter,
        fill);
  }

  /// New pixel (x, y) comes from `(m0 x + m1 y + m2, m3 x + m4 y + m5)`, measured at pixel centres.
  public static Image map(Image from, double[] m, Filter filter, int fill) {
    int w = from.width();
    int h = from.height();
    byte[] out = new byte[3 * w * h];
    Arrays.fill(out, (byte) fill);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double sx = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2];
        double sy = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5];
        if (sx < 0 || sy < 0 || sx >= w || sy >= h) {
          continue;
        }
        int o = 3 * (y * w + x);
        switch (filter) {
          case NEAREST -> System.arraycopy(from.pixels(), 3 * (w * (int) sy + (int) sx), out, o, 3);
          case LINEAR -> blend(from, sx - 0.5, sy - 0.5, out, o);
          case CUBIC -> cubic(from, sx - 0.5, sy - 0.5, out, o);
        }
      }
    }
    return Image.wrap(w, h, out);
  }

  private static void blend(Image from, double sx, double sy, byte[] out, int o) {
    int x = (int) Math.floor(sx);
    int y = (int) Math.floor(sy);
    double dx = sx - x;
    double dy = sy - y;
    int x0 = Math.max(x, 0);
    int y0 = Math.max(y, 0);
    int x1 = Math.min(x + 1, from.width() - 1);
    int y1 = Math.min(y + 1, from.height() - 1);
    for (int c = 0; c < 3; c++) {
      double upper = from.at(x0, y0, c) * (1 - dx) + from.at(x1, y0, c) * dx;
      double lower = from.at(x0, y1, c) * (1 - dx) + from.at(x1, y1, c) * dx;
      out[o + c] = (byte) (int) (upper * (1 - dy) + lower * dy + 0.5);
    }
  }

  private static void cubic(Image from, double sx, double sy, byte[] out, int o) {
    int x = (int) Math.floor(sx);
    int y = (int) Math.floor(sy);
    double[] rows = new double[4];
    int[] columns = new int[4];
    for (int k = 0; k < 4; k++) {
      columns[k] = Math.clamp(x - 1 + k, 0, from.width() - 1);
    }
    for (int c = 0; c < 3; c++) {
      for (int k = 0; k < 4; k++) {
        int row = Math.clamp(y - 1 + k, 0, from.height() - 1);
        rows[k] =
            through(
                from.at(columns[0], row, c),
                from.at(columns[1], row, c),
                from.at(columns[2], row, c),
                from.at(columns[3], row, c),
                sx - x);
      }
      double v = through(rows[0], rows[1], rows[2], rows[3], sy - y);
      out[o + c] = (byte) (int) Math.clamp(v, 0, 255);
    }
  }

  /// The cubic from b (at 0) to c (at 1) whose slopes are those from a to c and from b to d.
  private static double through(double a, double b, double c, double d, double at) {
    return b + at * (c - a + at * (2 * (a - b) + c - d + at * (b - a + d - c)));
  }
}
