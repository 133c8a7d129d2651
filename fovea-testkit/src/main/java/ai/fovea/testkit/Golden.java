package ai.fovea.testkit;

import java.nio.charset.StandardCharsets;

/// The number generator in which golden files describe tensors: FNV-1a of a name seeds splitmix64.
///
/// Element `i` of `name` is `u = (x >>> 40) * 2^-24` in `[0, 1)`, with `x` the splitmix64 finaliser of
/// `seed(name) + (i + 1) * 0x9E3779B97F4A7C15`.
public final class Golden {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private Golden() {}

  /// FNV-1a, 64 bit, over the UTF-8 bytes of `name`.
  public static long seed(String name) {
    long h = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return h;
  }

  /// Element `i` of the sequence of `seed`, in `[0, 1)`.
  public static double u(long seed, long i) {
    long x = seed + (i + 1) * GAMMA;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    x ^= x >>> 31;
    return (x >>> 40) * 0x1p-24;
  }

  /// `shift + scale * (2u - 1)` for the first `n` elements of `name`, computed in double and rounded once.
  public static float[] values(String name, int n, double scale, double shift) {
    long seed = seed(name);
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) (shift + scale * (2 * u(seed, i) - 1));
    }
    return out;
  }

  /// The value of a parameter by its name and shape: the first rule that fits in the goldens' table.
  ///
  /// @param named the parameter's own name, which picks the rule by its ending
  /// @param seedName the name that seeds the numbers (often the same)
  public static float[] parameter(String named, String seedName, int[] shape, double gain) {
    int n = 1;
    for (int d : shape) {
      n *= d;
    }
    double scale;
    double shift = 0;
    if (named.endsWith("_mean")) {
      scale = 0.1;
    } else if (named.endsWith("_variance")) {
      long seed = seed(seedName);
      float[] out = new float[n];
      for (int i = 0; i < n; i++) {
        out[i] = (float) (0.8 + u(seed, i) * 0.4);
      }
      return out;
    } else if (shape.length <= 1) {
      if (named.endsWith("weight") || named.endsWith("scale")) {
        long seed = seed(seedName);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
          out[i] = (float) (0.9 + 0.2 * u(seed, i));
        }
        return out;
      }
      scale = 0.1;
    } else if (shape.length == 2) {
      scale = Math.sqrt(gain / shape[0]);
    } else if (shape.length == 3 && shape[0] == 1) {
      scale = 0.2;
    } else {
      double fan = 1;
      for (int d = 1; d < shape.length; d++) {
        fan *= shape[d];
      }
      scale = Math.sqrt(gain / fan);
    }
    return values(seedName, n, scale, shift);
  }

  /// Dot product with the probe vector `2 u("probe", i) - 1`, in double.
  public static double probe(float[] values) {
    long seed = seed("probe");
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * (2 * u(seed, i) - 1);
    }
    return sum;
  }

  /// Euclidean norm, in double.
  public static double l2(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }
}
