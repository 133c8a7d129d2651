package ai.fovea.examples;

import ai.fovea.config.Config;
import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import ai.fovea.image.Image;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.image.transform.Region;
import ai.fovea.models.blocks.Layers;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.plan.Recipe;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the examples work on: images that come with the project, images that are drawn, and a model
/// that is made in a moment.
final class Samples {
  /// The photographs of `fovea demo` that make up a gallery.
  static final List<String> GALLERY =
      List.of(
          "books-1",
          "books-2",
          "town-1",
          "town-2",
          "biscuit-box-1",
          "biscuit-box-2",
          "coffee-1",
          "coffee-2",
          "cat-1",
          "cat-2");

  private Samples() {}

  /// Returns the project's folder, in or below which the examples run.
  static Path project() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("examples/toy"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("run the examples in the project's folder or below it");
      }
    }
    return folder;
  }

  /// Returns a photograph of `fovea demo`.
  static Path photo(String name) {
    return project().resolve("fovea-cli/src/main/resources/ai/fovea/cli/demo/" + name + ".jpg");
  }

  /// Returns a new folder for what an example makes.
  static Path folder() throws IOException {
    return Files.createTempDirectory("fovea-example");
  }

  /// Returns a grey image with a square of one colour.
  ///
  /// @param rgb red, green and blue, 0 to 255 each
  static Image square(int side, Region square, int... rgb) {
    byte[] pixels = new byte[3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      int x = i / 3 % side - square.left();
      int y = i / 3 / side - square.top();
      boolean inside = x >= 0 && y >= 0 && x < square.width() && y < square.height();
      pixels[i] = (byte) (inside ? rgb[i % 3] : 128);
    }
    return Image.of(side, side, pixels);
  }

  /// Returns an image of two.
  static Image sideBySide(Image left, Image right) {
    int width = left.width() + right.width();
    int height = Math.max(left.height(), right.height());
    byte[] pixels = new byte[3 * width * height];
    paste(left, pixels, width, 0);
    paste(right, pixels, width, left.width());
    return Image.of(width, height, pixels);
  }

  private static void paste(Image part, byte[] pixels, int width, int from) {
    int row = 3 * part.width();
    for (int y = 0; y < part.height(); y++) {
      System.arraycopy(part.pixels(), row * y, pixels, 3 * (width * y + from), row);
    }
  }

  /// Returns an image of one colour.
  static Image colour(int... rgb) {
    return square(32, new Region(0, 0, 32, 32), rgb);
  }

  /// Writes a classifier that tells red, green and blue from the mean colour of an image.
  ///
  /// @param names of the three classes
  /// @return the folder
  static Path colourClassifier(Path folder, String... names) throws IOException {
    Scope scope = Scope.root();
    Value image = scope.input("image", Shape.batch(3, 16, 16), DType.FLOAT32);
    Value mean = Layers.flatten(scope, Layers.globalMean(scope, image)); // [N, 3]
    Value logits = Layers.linear(scope.child("fc"), mean, 3); // [N, 3]
    Map<String, NDArray> weights =
        Map.of(
            "fc.weight", NDArray.of(new float[] {4, 0, 0, 0, 4, 0, 0, 0, 4}, 3, 3),
            "fc.bias", NDArray.of(new float[3], 3));
    ModelFolder.of(
            "colours",
            ModelSpecification.classifier(
                "colours", Preprocessing.imagenet(16, 16), List.of(names), 3),
            OnnxWriter.write(scope.graph(Map.of("logits", logits)), weights))
        .write(folder);
    return folder;
  }

  /// Returns the recipe of `examples/toy`, from wherever it is run: three epochs without an
  /// evaluation.
  ///
  /// @param output where checkpoints go
  /// @param options `KEY=VALUE`, which come last
  static Recipe toy(Path output, String... options) {
    Path toy = project().resolve("examples/toy");
    var all = new ArrayList<String>();
    all.add("Global.output_dir=" + output);
    all.add("Global.epochs=3");
    all.add("Global.eval_during_train=False");
    for (String set : List.of("Train", "Eval.Query", "Eval.Gallery")) {
      String list = set.substring(set.indexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
      all.add("DataLoader." + set + ".dataset.image_root=" + toy);
      all.add("DataLoader." + set + ".dataset.cls_label_path=" + toy.resolve(list + ".txt"));
    }
    all.addAll(List.of(options));
    return Recipe.of(Config.read(toy.resolve("recipe.yaml")).override(all));
  }
}
