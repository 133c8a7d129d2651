package ai.fovea.image.internal;

import ai.fovea.image.Picture;

/// Affine maps of pictures as Pillow makes them: each new pixel looks up where it comes from; what comes
/// from outside is black.
public final class Affine {
  private Affine() {}

  /// Turned counter-clockwise about the middle; the size stays.
  ///
  /// @param angle in degrees
  public static Picture rotate(Picture from, double angle, boolean bilinear) {
    double turn = -Math.toRadians(angle % 360);
    double cos = Math.cos(turn);
    double sin = Math.sin(turn);
    double cx = from.width() / 2.0;
    double cy = from.height() / 2.0;
    return map(
        from,
        new double[] {cos, sin, cx - cos * cx - sin * cy, -sin, cos, cy + sin * cx - cos * cy},
        bilinear);
  }

  /// New pixel (x, y) comes from `(m0 x + m1 y + m2, m3 x + m4 y + m5)`, measured at pixel centres.
  public static Picture map(Picture from, double[] m, boolean bilinear) {
    int w = from.width();
    int h = from.height();
    byte[] out = new byte[3 * w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double sx = m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2];
        double sy = m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5];
        if (sx < 0 || sy < 0 || sx >= w || sy >= h) {
          continue;
        }
        int o = 3 * (y * w + x);
        if (bilinear) {
          blend(from, sx - 0.5, sy - 0.5, out, o);
        } else {
          System.arraycopy(from.pixels(), 3 * (w * (int) sy + (int) sx), out, o, 3);
        }
      }
    }
    return Picture.wrap(w, h, out);
  }

  private static void blend(Picture from, double sx, double sy, byte[] out, int o) {
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
}
