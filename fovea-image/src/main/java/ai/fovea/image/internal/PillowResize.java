package ai.fovea.image.internal;

import ai.fovea.image.Image;
import java.util.Arrays;

/// Pillow's resize of 8-bit images: every new pixel is a weighted mean over all pixels that its filter
/// covers, with weights of 22 fractional bits, first along the rows and then along the columns, rounded to
/// 8 bits in between.
public final class PillowResize {
  /// A filter and how far it reaches, in pixels of the coarser of the two images.
  public enum Filter {
    /// No weights: the pixel at the centre.
    NEAREST(0),
    /// Mean.
    BOX(0.5),
    /// Triangle.
    BILINEAR(1),
    /// Hamming-windowed sinc.
    HAMMING(1),
    /// Keys' cubic with a = -0.5.
    BICUBIC(2),
    /// Sinc windowed by a sinc, three lobes.
    LANCZOS(3);

    private final double reach;

    Filter(double reach) {
      this.reach = reach;
    }

    double weight(double x) {
      double a = Math.abs(x);
      return switch (this) {
        case NEAREST -> 1;
        case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
        case BILINEAR -> a < 1 ? 1 - a : 0;
        case HAMMING -> a == 0 ? 1 : a >= 1 ? 0 : sinc(a) * (0.54 + 0.46 * Math.cos(a * Math.PI));
        case BICUBIC ->
            a < 1 ? (1.5 * a - 2.5) * a * a + 1 : a < 2 ? ((-0.5 * a + 2.5) * a - 4) * a + 2 : 0;
        case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
      };
    }

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
  }

  private static final int BITS = 22;

  private PillowResize() {}

  /// A new image of the given size.
  public static Image resize(Image from, int width, int height, Filter filter) {
    if (filter == Filter.NEAREST) {
      return nearest(from, width, height);
    }
    Image wide = width == from.width() ? from : rows(from, Weights.of(from.width(), width, filter));
    return height == wide.height()
        ? wide
        : columns(wide, Weights.of(from.height(), height, filter));
  }

  private static Image nearest(Image from, int width, int height) {
    byte[] in = from.pixels();
    byte[] out = new byte[3 * width * height];
    int[] columns = centres(from.width(), width);
    int[] rows = centres(from.height(), height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = 3 * (rows[y] * from.width() + columns[x]);
        System.arraycopy(in, i, out, 3 * (y * width + x), 3);
      }
    }
    return Image.wrap(width, height, out);
  }

  /// The old pixel under each new centre. Pillow adds the step up, whose rounding shows where a centre
  /// falls between two pixels.
  private static int[] centres(int from, int to) {
    double step = (double) from / to;
    double at = step * 0.5;
    int[] out = new int[to];
    for (int i = 0; i < to; i++) {
      out[i] = Math.min((int) at, from - 1);
      at += step;
    }
    return out;
  }

  private static Image rows(Image from, Weights weights) {
    int width = weights.first.length;
    int height = from.height();
    byte[] in = from.pixels();
    byte[] out = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      int row = 3 * y * from.width();
      for (int x = 0; x < width; x++) {
        int r = 1 << (BITS - 1);
        int g = r;
        int b = r;
        int i = row + 3 * weights.first[x];
        for (int w : weights.of[x]) {
          r += w * (in[i] & 0xFF);
          g += w * (in[i + 1] & 0xFF);
          b += w * (in[i + 2] & 0xFF);
          i += 3;
        }
        int o = 3 * (y * width + x);
        out[o] = clip(r);
        out[o + 1] = clip(g);
        out[o + 2] = clip(b);
      }
    }
    return Image.wrap(width, height, out);
  }

  private static Image columns(Image from, Weights weights) {
    int height = weights.first.length;
    int row = 3 * from.width();
    byte[] in = from.pixels();
    byte[] out = new byte[row * height];
    int[] sums = new int[row];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << (BITS - 1));
      int start = weights.first[y] * row;
      for (int w : weights.of[y]) {
        for (int i = 0; i < row; i++) {
          sums[i] += w * (in[start + i] & 0xFF);
        }
        start += row;
      }
      for (int i = 0; i < row; i++) {
        out[y * row + i] = clip(sums[i]);
      }
    }
    return Image.wrap(from.width(), height, out);
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> BITS, 0, 255);
  }

  /// For each new pixel the first old one and the weights from there on, summing to 2^22.
  @SuppressWarnings("ArrayRecordComponent") // two arrays passed together, never compared
  private record Weights(int[] first, int[][] of) {
    static Weights of(int from, int to, Filter filter) {
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1);
      double reach = filter.reach * stretch;
      int[] first = new int[to];
      int[][] of = new int[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        int start = Math.max(0, (int) (centre - reach + 0.5));
        int end = Math.min(from, (int) (centre + reach + 0.5));
        double[] weight = new double[end - start];
        double sum = 0;
        for (int k = 0; k < weight.length; k++) {
          weight[k] = filter.weight((k + start - centre + 0.5) / stretch);
          sum += weight[k];
        }
        first[i] = start;
        of[i] = new int[weight.length];
        for (int k = 0; k < weight.length; k++) {
          double normal = sum == 0 ? weight[k] : weight[k] / sum;
          of[i][k] = (int) (normal * (1 << BITS) + (normal < 0 ? -0.5 : 0.5));
        }
      }
      return new Weights(first, of);
    }
  }
}
