package ai.fovea.conformance;

import ai.fovea.graph.NDArray;
import ai.fovea.testkit.Golden;

/// Inputs of the deployment goldens, made from a name.
final class Generated {
  private static final int CELLS = 8;

  private Generated() {}

  /// Eight by eight cells with fine noise over them: `[n, 3, h, w]`.
  static NDArray image(String name, int n, int h, int w) {
    float[] coarse = Golden.values(name + "/coarse", n * 3 * CELLS * CELLS, 1, 0);
    float[] fine = Golden.values(name + "/fine", n * 3 * h * w, 1, 0);
    float[] image = new float[fine.length];
    for (int i = 0; i < image.length; i++) {
      int x = i % w;
      int y = i / w % h;
      int plane = i / w / h;
      float cell = coarse[(plane * CELLS + y * CELLS / h) * CELLS + x * CELLS / w];
      image[i] = 2 * cell + 0.5f * fine[i];
    }
    return NDArray.of(image, n, 3, h, w);
  }
}
