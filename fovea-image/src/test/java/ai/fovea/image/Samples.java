package ai.fovea.image;

import java.util.Random;

/// Small images made by formula, for tests that need no files.
public final class Samples {
  private Samples() {}

  /// A smooth gradient with a bright disc and a little noise: compresses like a photo.
  public static Image photo(int width, int height, long seed) {
    var random = new Random(seed);
    byte[] rgb = new byte[3 * width * height];
    double radius = Math.min(width, height) / 4.0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double away = Math.hypot(x - width * 0.6, y - height * 0.4);
        int disc = away < radius ? 60 : 0;
        int i = 3 * (y * width + x);
        int noise = random.nextInt(9) - 4;
        rgb[i] = clip(180.0 * x / width + disc + noise);
        rgb[i + 1] = clip(180.0 * y / height + disc * 0.5 + noise);
        rgb[i + 2] = clip(128 + 60 * Math.sin(x * 0.05 + y * 0.03) + noise);
      }
    }
    return Image.wrap(width, height, rgb);
  }

  private static byte clip(double value) {
    return (byte) Math.clamp(Math.round(value), 0, 255);
  }
}
