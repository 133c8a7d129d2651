package ai.fovea.image.internal;

import ai.fovea.image.Image;

/// Changes of colour, with the rounding of PaddlePaddle's functions for arrays.
public final class Colours {
  private Colours() {}

  /// Every sample times `factor`, cut off to a whole number.
  public static Image brightness(Image from, double factor) {
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = cut(v * factor);
    }
    return PixelLoops.map(from, table);
  }

  /// The distance of every sample from the mean gray times `factor`.
  public static Image contrast(Image from, double factor) {
    byte[] in = from.pixels();
    long sum = 0;
    for (int i = 0; i < in.length; i += 3) {
      sum += gray(in, i);
    }
    double mean = Math.rint(sum / (in.length / 3.0));
    byte[] table = new byte[256];
    for (int v = 0; v < 256; v++) {
      table[v] = cut((v - mean) * factor + mean);
    }
    return PixelLoops.map(from, table);
  }

  /// Every pixel's distance from its own gray times `factor`.
  public static Image saturation(Image from, double factor) {
    byte[] in = from.pixels();
    byte[] out = new byte[in.length];
    float f = (float) factor;
    float rest = (float) (1 - factor);
    for (int i = 0; i < in.length; i += 3) {
      float gray = gray(in, i) * rest;
      for (int c = i; c < i + 3; c++) {
        out[c] = cut((in[c] & 0xFF) * f + gray);
      }
    }
    return Image.wrap(from.width(), from.height(), out);
  }

  /// The colour circle turned by `turn`, -0.5 to 0.5, in steps of 1/256.
  public static Image hue(Image from, double turn) {
    int steps = (int) (turn * 255);
    byte[] in = from.pixels();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += 3) {
      turn(in, i, steps, out);
    }
    return Image.wrap(from.width(), from.height(), out);
  }

  /// Through hue, saturation and value of 8 bits each, as OpenCV stores them.
  private static void turn(byte[] in, int i, int steps, byte[] out) {
    int r = in[i] & 0xFF;
    int g = in[i + 1] & 0xFF;
    int b = in[i + 2] & 0xFF;
    int value = Math.max(r, Math.max(g, b));
    int spread = value - Math.min(r, Math.min(g, b));
    if (spread == 0) {
      System.arraycopy(in, i, out, i, 3);
      return;
    }
    double sixth = 256 / 6.0;
    double angle =
        value == r
            ? sixth * (g - b) / spread
            : value == g
                ? 2 * sixth + sixth * (b - r) / spread
                : 4 * sixth + sixth * (r - g) / spread;
    int hue = ((int) Math.rint(angle) + steps) & 0xFF;
    double saturation = Math.rint(255.0 * spread / value) / 255;
    double h = hue * 6 / 256.0;
    int sector = (int) h;
    double part = h - sector;
    double p = value * (1 - saturation);
    double q = value * (1 - saturation * part);
    double t = value * (1 - saturation * (1 - part));
    double red = sector == 0 || sector == 5 ? value : sector == 1 ? q : sector == 4 ? t : p;
    double green = sector == 1 || sector == 2 ? value : sector == 0 ? t : sector == 3 ? q : p;
    double blue = sector == 3 || sector == 4 ? value : sector == 2 ? t : sector == 5 ? q : p;
    out[i] = (byte) (int) Math.rint(red);
    out[i + 1] = (byte) (int) Math.rint(green);
    out[i + 2] = (byte) (int) Math.rint(blue);
  }

  /// OpenCV's gray: 14 or 15 fractional bits make no difference after rounding but in rare ties.
  private static int gray(byte[] in, int i) {
    return (9798 * (in[i] & 0xFF) + 19235 * (in[i + 1] & 0xFF) + 3735 * (in[i + 2] & 0xFF) + 16384)
        >> 15;
  }

  private static byte cut(double value) {
    return (byte) (int) Math.clamp(value, 0, 255);
  }
}
