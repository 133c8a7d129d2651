package ai.fovea.cli;

import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Models without weights and images without files, so that commands can be tested in moments.
public final class Tiny {
  private static final int SIDE = 8;

  private Tiny() {}

  /// An embedder whose features are the image itself, shrunk to 8 x 8.
  public static Path embedder(Path folder) throws IOException {
    Scope scope = Scope.root();
    var image = scope.input("image", Shape.batch(3, SIDE, SIDE), DType.FLOAT32);
    var features = scope.apply(new Movement.Reshape(Shape.batch(3 * SIDE * SIDE)), image);
    var graph = scope.graph(Map.of("features", features));
    var description = ModelSpecification.embedder("tiny", preprocessing());
    return write(folder, description, OnnxWriter.write(graph, Map.of(), Map.of()));
  }

  /// An embedder that gives only zeros for a black image.
  public static Path darkEmbedder(Path folder) throws IOException {
    embedder(folder);
    Path description = folder.resolve("inference.yml");
    String yaml = Files.readString(description);
    String dark =
        yaml.replaceFirst("(mean:\\s+- )0\\.5(\\s+- )0\\.5(\\s+- )0\\.5", "$10.0$20.0$30.0");
    if (dark.equals(yaml)) {
      throw new IllegalStateException("no mean of 0.5 in " + yaml);
    }
    Files.writeString(description, dark);
    return folder;
  }

  /// A classifier that tells which colour prevails.
  public static Path classifier(Path folder) throws IOException {
    Scope scope = Scope.root();
    var image = scope.input("image", Shape.batch(3, SIDE, SIDE), DType.FLOAT32);
    var mean = scope.apply(new Pooling.AdaptiveAvgPool(new Op.Size(1, 1)), image);
    var logits = scope.apply(new Movement.Reshape(Shape.batch(3)), mean);
    var graph = scope.graph(Map.of("logits", logits));
    var description =
        ModelSpecification.classifier(
            "colours", preprocessing(), List.of("red", "green", "blue"), 2);
    return write(folder, description, OnnxWriter.write(graph, Map.of(), Map.of()));
  }

  /// A model that divides the mean of each colour by itself: 0 / 0 for a black image.
  public static Path divided(Path folder, boolean classifier) throws IOException {
    Scope scope = Scope.root();
    var image = scope.input("image", Shape.batch(3, SIDE, SIDE), DType.FLOAT32);
    var mean = scope.apply(new Pooling.AdaptiveAvgPool(new Op.Size(1, 1)), image);
    var above = scope.apply(new Elementwise.Affine(1, 1), mean); // black is -1
    var one = scope.apply(new Elementwise.Binary(Elementwise.Arithmetic.DIVIDE), above, above);
    var out = scope.apply(new Movement.Reshape(Shape.batch(3)), one);
    String name = classifier ? "logits" : "features";
    var graph = scope.graph(Map.of(name, out));
    var description =
        classifier
            ? ModelSpecification.classifier("divided", preprocessing(), List.of(), 2)
            : ModelSpecification.embedder("divided", preprocessing());
    return write(folder, description, OnnxWriter.write(graph, Map.of(), Map.of()));
  }

  /// Black all over.
  public static Path black(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageEncoder.write(Image.of(32, 32, new byte[32 * 32 * 3]), file);
    return file;
  }

  private static Path write(Path folder, ModelSpecification description, OnnxNetwork network)
      throws IOException {
    Files.createDirectories(folder);
    ModelFolder.of(folder.toString(), description, network).write(folder, Map.of());
    return folder;
  }

  private static Preprocessing preprocessing() {
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

  /// Red above blue, with noise.
  public static Path flag(Path file, int seed) throws IOException {
    return write(file, seed, (_, y) -> y < 16 ? 0xE02020 : 0x2020E0);
  }

  /// Green beside white, with noise.
  public static Path door(Path file, int seed) throws IOException {
    return write(file, seed, (x, _) -> x < 16 ? 0x20C020 : 0xF0F0F0);
  }

  /// Fields of yellow and black, with noise; like neither of the others.
  public static Path chequers(Path file, int seed) throws IOException {
    return write(file, seed, (x, y) -> (x / 8 + y / 8) % 2 == 0 ? 0xF0F020 : 0x101010);
  }

  private interface Paint {
    int at(int x, int y);
  }

  private static Path write(Path file, int seed, Paint paint) throws IOException {
    var random = new SplittableRandom(seed);
    byte[] rgb = new byte[32 * 32 * 3];
    for (int i = 0; i < rgb.length; i++) {
      int colour = paint.at(i / 3 % 32, i / 96) >> (16 - 8 * (i % 3)) & 0xFF;
      rgb[i] = (byte) Math.clamp(colour + random.nextInt(-25, 26), 0, 255);
    }
    Files.createDirectories(file.getParent());
    ImageEncoder.write(Image.of(32, 32, rgb), file);
    return file;
  }
}
