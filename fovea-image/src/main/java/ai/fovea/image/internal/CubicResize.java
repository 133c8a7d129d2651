package ai.fovea.image.internal;

import ai.fovea.image.Image;

/// Cubic interpolation (Keys, a = -0.75) in floating point, borders repeated, no averaging where it shrinks.
///
/// OpenCV itself has two answers: its own code rounds the weights to 11 bits, and Intel's library, which
/// the Python packages for x86 contain and the Java ones don't, does not round. They differ by 1 in some
/// 5 % of the values. This is the second one, because it is what people's models were trained with.
public final class CubicResize {
  private static final float A = -0.75f;

  private CubicResize() {}

  /// Resizes a rectangle of an image.
  ///
  /// @param scaleX old columns for each new one, usually `w / width`
  /// @param scaleY old rows for each new one
  public static Image resize(
      Image from,
      int left,
      int top,
      int w,
      int h,
      int width,
      int height,
      double scaleX,
      double scaleY) {
    int[] firstX = new int[width];
    float[] weightX = new float[4 * width];
    weights(width, scaleX, firstX, weightX);
    int[] firstY = new int[height];
    float[] weightY = new float[4 * height];
    weights(height, scaleY, firstY, weightY);

    byte[] in = from.pixels();
    int row = 3 * width;
    float[][] lines = new float[h][];
    byte[] out = new byte[row * height];
    for (int y = 0; y < height; y++) {
      float[][] four = new float[4][];
      for (int k = 0; k < 4; k++) {
        int sy = Math.clamp(firstY[y] + k, 0, h - 1);
        if (lines[sy] == null) {
          lines[sy] = line(in, 3 * ((top + sy) * from.width() + left), w, firstX, weightX);
        }
        four[k] = lines[sy];
      }
      if (firstY[y] - 1 >= 0 && firstY[y] - 1 < h - 1) {
        lines[firstY[y] - 1] = null; // not needed any more, for the rows go downwards
      }
      float a = weightY[4 * y];
      float b = weightY[4 * y + 1];
      float c = weightY[4 * y + 2];
      float d = weightY[4 * y + 3];
      for (int i = 0; i < row; i++) {
        float v = a * four[0][i] + b * four[1][i] + c * four[2][i] + d * four[3][i];
        out[y * row + i] = (byte) Math.clamp((int) Math.floor(v + 0.5f), 0, 255);
      }
    }
    return Image.wrap(width, height, out);
  }

  private static float[] line(byte[] in, int start, int w, int[] first, float[] weight) {
    float[] out = new float[3 * first.length];
    for (int x = 0; x < first.length; x++) {
      float r = 0;
      float g = 0;
      float b = 0;
      for (int k = 0; k < 4; k++) {
        int i = start + 3 * Math.clamp(first[x] + k, 0, w - 1);
        float f = weight[4 * x + k];
        r += f * (in[i] & 0xFF);
        g += f * (in[i + 1] & 0xFF);
        b += f * (in[i + 2] & 0xFF);
      }
      out[3 * x] = r;
      out[3 * x + 1] = g;
      out[3 * x + 2] = b;
    }
    return out;
  }

  private static void weights(int count, double scale, int[] first, float[] weight) {
    for (int i = 0; i < count; i++) {
      float at = (float) ((i + 0.5) * scale - 0.5);
      int whole = (int) Math.floor(at);
      float f = at - whole;
      first[i] = whole - 1;
      float w0 = ((A * (f + 1) - 5 * A) * (f + 1) + 8 * A) * (f + 1) - 4 * A;
      float w1 = ((A + 2) * f - (A + 3)) * f * f + 1;
      float w2 = ((A + 2) * (1 - f) - (A + 3)) * (1 - f) * (1 - f) + 1;
      weight[4 * i] = w0;
      weight[4 * i + 1] = w1;
      weight[4 * i + 2] = w2;
      weight[4 * i + 3] = 1 - w0 - w1 - w2;
    }
  }
}
