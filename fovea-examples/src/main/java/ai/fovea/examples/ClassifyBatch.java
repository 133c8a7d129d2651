package ai.fovea.examples;

import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.Result;
import ai.fovea.recognize.post.ScoredClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Names the classes of many images at once, from files, bytes and pixels. Of two that can't be
/// used each has a problem that names it, and the others have their classes.
public final class ClassifyBatch {
  private ClassifyBatch() {}

  /// Prints a line for each of five images.
  public static void main(String[] args) throws IOException {
    Path folder = Samples.folder();
    Path model = Samples.colourClassifier(folder.resolve("model"), "red", "green", "blue");
    Path file = folder.resolve("file.png");
    ImageEncoder.write(Samples.colour(200, 30, 30), file);
    byte[] whole = ImageEncoder.png(Samples.colour(30, 30, 200));
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
    List<ImageSource> images =
        List.of(
            ImageSource.of(file),
            ImageSource.of(whole, "bytes"),
            ImageSource.of(half, "half an image"),
            ImageSource.of(folder.resolve("gone.png")),
            ImageSource.of(Samples.colour(30, 200, 30), "pixels"));
    classify(model, images).forEach(System.out::println);
  }

  static List<String> classify(Path model, List<ImageSource> images) throws IOException {
    var lines = new ArrayList<String>();
    try (var classifier = Classifier.open(model)) {
      for (Result<List<ScoredClass>> result : classifier.classifyAll(images)) {
        lines.add(
            switch (result) {
              case Result.Value(List<ScoredClass> classes) -> classes.getFirst().label();
              case Result.Problem(var cause) -> "problem: " + cause.getMessage();
            });
      }
    }
    return lines;
  }
}
