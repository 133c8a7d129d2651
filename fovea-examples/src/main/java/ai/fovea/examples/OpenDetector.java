package ai.fovea.examples;

import ai.fovea.graph.DType;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Init;
import ai.fovea.graph.Movement;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.image.Image;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.image.transform.Region;
import ai.fovea.models.blocks.Convolution;
import ai.fovea.models.blocks.Layers;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.recognize.Detector;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import ai.fovea.recognize.post.Detection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Opens a detector and finds an object. The model folder is one of PaddleDetection's PicoDet as a
/// rule; here it is made by the library: sixteen cells, each as red as its mean colour is.
public final class OpenDetector {
  private static final int SIDE = 64;
  private static final int CELLS = 4;

  private OpenDetector() {}

  /// Prints the object in an image: a red square.
  public static void main(String[] args) throws IOException {
    Image image = Samples.square(128, new Region(64, 32, 32, 32), 250, 20, 20);
    detect(redCells(Samples.folder()), image).forEach(System.out::println);
  }

  static List<Detection> detect(Path model, Image image) throws IOException {
    try (var detector = Detector.open(model)) {
      return detector.detect(ImageSource.of(image, "the image"));
    }
  }

  /// Writes a detector whose boxes are the cells of a grid.
  static Path redCells(Path folder) throws IOException {
    int cell = SIDE / CELLS;
    Scope scope = Scope.root();
    Value image = scope.input("image", Shape.batch(3, SIDE, SIDE), DType.FLOAT32);
    Value means =
        scope.apply(
            new Pooling.AvgPool(Size.of(cell), Size.of(cell), Pads.of(0), false, false), image);
    Value red = Convolution.of(1, 1).withBias().apply(scope.child("red"), means); // [N, 1, 4, 4]
    Value scores =
        Layers.activate(
            scope,
            scope.apply(new Movement.Reshape(Shape.batch(1, CELLS * CELLS)), red),
            Elementwise.Function.SIGMOID); // [N, 1, K]
    var grid = scope.param("grid", Shape.of(1, CELLS * CELLS, 4), Init.ZEROS);
    Value boxes =
        scope.apply(
            new Movement.Expand(Shape.batch(CELLS * CELLS, 4)), scope.read(grid)); // [N, K, 4]
    float[] corners = new float[4 * CELLS * CELLS];
    for (int k = 0; k < CELLS * CELLS; k++) {
      corners[4 * k] = k % CELLS * cell;
      corners[4 * k + 1] = k / CELLS * cell;
      corners[4 * k + 2] = corners[4 * k] + cell;
      corners[4 * k + 3] = corners[4 * k + 1] + cell;
    }
    Map<String, NDArray> weights =
        Map.of(
            "grid", NDArray.of(corners, 1, CELLS * CELLS, 4),
            "red.weight", NDArray.of(new float[] {2, -2, -2}, 1, 3, 1, 1),
            "red.bias", NDArray.of(new float[] {-3}, 1));
    ModelFolder.of(
            "red cells",
            ModelSpecification.detector(
                "red cells", Preprocessing.imagenet(SIDE, SIDE), List.of("red thing"), 0.5),
            OnnxWriter.write(scope.graph(Map.of("boxes", boxes, "scores", scores)), weights))
        .write(folder);
    return folder;
  }
}
