package ai.fovea.image.internal;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;

/// Loops over pixels that need no native code.
public final class PixelLoops {
  private PixelLoops() {}

  /// Red and blue exchanged.
  public static Image swapRedAndBlue(Image from) {
    byte[] in = from.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += 3) {
      out[i] = in[i + 2];
      out[i + 1] = in[i + 1];
      out[i + 2] = in[i];
    }
    return Image.wrap(from.width(), from.height(), out);
  }

  /// An image as an array of bytes, `[H,W,3]`.
  public static Planes planes(Image from) {
    byte[] in = from.pixels();
    float[] out = new float[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = in[i] & 0xFF;
    }
    return new Planes(3, from.height(), from.width(), Planes.Layout.HWC, Planes.Element.UINT8, out);
  }

  /// Any decoded pixels as an array.
  public static Planes planes(Pixels from) {
    return switch (from) {
      case Image p -> planes(p);
      case Planes p -> p;
      default -> throw new IllegalArgumentException("not decoded: " + from);
    };
  }

  /// Every byte replaced by its entry in a table of 256.
  public static Image map(Image from, byte[] table) {
    byte[] in = from.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = table[in[i] & 0xFF];
    }
    return Image.wrap(from.width(), from.height(), out);
  }

  /// Mirrored.
  ///
  /// @param horizontally left and right exchanged
  /// @param vertically top and bottom exchanged
  public static Pixels mirror(Pixels from, boolean horizontally, boolean vertically) {
    return switch (from) {
      case Image p -> mirror(p, horizontally, vertically);
      case Planes p -> mirror(p, horizontally, vertically);
      default -> throw new IllegalArgumentException("not decoded: " + from);
    };
  }

  private static Image mirror(Image from, boolean horizontally, boolean vertically) {
    int w = from.width();
    int h = from.height();
    byte[] in = from.pixels();
    byte[] out = new byte[in.length];
    for (int y = 0; y < h; y++) {
      int row = vertically ? h - 1 - y : y;
      for (int x = 0; x < w; x++) {
        int i = 3 * (row * w + (horizontally ? w - 1 - x : x));
        int o = 3 * (y * w + x);
        out[o] = in[i];
        out[o + 1] = in[i + 1];
        out[o + 2] = in[i + 2];
      }
    }
    return Image.wrap(w, h, out);
  }

  private static Planes mirror(Planes from, boolean horizontally, boolean vertically) {
    boolean apart = from.layout() == Planes.Layout.CHW;
    int w = from.width();
    int h = from.height();
    int blocks = apart ? from.channels() : 1;
    int step = apart ? 1 : from.channels();
    float[] out = new float[from.values().length];
    for (int b = 0; b < blocks; b++) {
      for (int y = 0; y < h; y++) {
        int row = b * h + (vertically ? h - 1 - y : y);
        for (int x = 0; x < w; x++) {
          int i = step * (row * w + (horizontally ? w - 1 - x : x));
          System.arraycopy(from.values(), i, out, step * ((b * h + y) * w + x), step);
        }
      }
    }
    return new Planes(from.channels(), h, w, from.layout(), from.element(), out);
  }

  /// Bytes through one table a channel into planes.
  ///
  /// @param rows continuous rows of three channels
  /// @param at the first byte of the first pixel wanted
  /// @param rowBytes from one row to the next
  /// @param tables three tables of 256 in one array
  /// @param out three planes of `width * height` from `offset` on
  public static void normalise(
      byte[] rows,
      int at,
      int rowBytes,
      int width,
      int height,
      float[] tables,
      float[] out,
      int offset) {
    int plane = width * height;
    for (int y = 0; y < height; y++) {
      int i = at + y * rowBytes;
      int o = offset + y * width;
      for (int x = 0; x < width; x++) {
        out[o] = tables[rows[i] & 0xFF];
        out[o + plane] = tables[256 + (rows[i + 1] & 0xFF)];
        out[o + 2 * plane] = tables[512 + (rows[i + 2] & 0xFF)];
        i += 3;
        o++;
      }
    }
  }
}
