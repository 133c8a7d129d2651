package ai.fovea.recognize;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Dim;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.image.Image;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxWriter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Models that are made in moments, and images without files.
final class Tiny {
  static final int SIDE = 8;
  static final int LENGTH = 16;

  private Tiny() {}

  /// A product of the image with a matrix of chance, `[192,16]`.
  static OnnxNetwork network(String output, long seed) {
    return network(output, seed, Dim.BATCH);
  }

  /// As [#network(String, long)] for so many images a run.
  static OnnxNetwork network(String output, long seed, Dim batch) {
    Scope scope = Scope.root();
    int length = 3 * SIDE * SIDE;
    var image = scope.input("x", Shape.of(batch, 3, SIDE, SIDE), DType.FLOAT32);
    var flat = scope.apply(new Movement.Reshape(Shape.of(batch, length)), image);
    var weight = scope.param("fc.weight", Shape.of(length, LENGTH), Init.ZEROS);
    var y = scope.apply(new Contraction.Linear(), List.of(flat), List.of(weight));
    return OnnxWriter.write(
        scope.graph(Map.of(output, y)),
        Map.of("fc.weight", NDArray.of(numbers(length * LENGTH, seed), length, LENGTH)),
        Map.of());
  }

  private static float[] numbers(int n, long seed) {
    var random = new SplittableRandom(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  static ModelFolder embedder(long seed) {
    return ModelFolder.of(
        "tiny " + seed,
        ModelSpecification.embedder("tiny", preprocessing()),
        network("features", seed));
  }

  static ModelFolder classifier(long seed) {
    return ModelFolder.of(
        "classes " + seed,
        ModelSpecification.classifier("classes", preprocessing(), List.of("zero", "one"), 3),
        network("logits", seed));
  }

  static Preprocessing preprocessing() {
    return Preprocessing.parse(
        List.of(
            Map.of("ResizeImage", Map.of("size", List.of(SIDE, SIDE))),
            Map.of(
                "NormalizeImage",
                Map.of(
                    "scale",
                    1.0 / 255,
                    "mean",
                    List.of(0.5, 0.5, 0.5),
                    "std",
                    List.of(0.5, 0.5, 0.5),
                    "order",
                    "")),
            Collections.singletonMap("ToCHWImage", null)),
        Dialect.DEPLOYMENT);
  }

  /// Pixels of chance.
  static Image image(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    var random = new SplittableRandom(seed);
    random.nextBytes(rgb);
    return Image.wrap(width, height, rgb);
  }
}
