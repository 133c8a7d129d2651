package ai.fovea.examples;

import ai.fovea.image.ImageEncoder;
import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.post.ScoredClass;
import java.io.IOException;
import java.nio.file.Path;

/// Names the class of an image that arrives as bytes: an upload, a message, a row of a database.
public final class ClassifyBytes {
  private ClassifyBytes() {}

  /// Prints the class of a green image.
  public static void main(String[] args) throws IOException {
    Path model = Samples.colourClassifier(Samples.folder(), "red", "green", "blue");
    byte[] upload = ImageEncoder.jpeg(Samples.colour(20, 200, 40), 90);
    ScoredClass best = classify(model, upload);
    System.out.println(best.label() + " " + best.score());
  }

  static ScoredClass classify(Path model, byte[] upload) throws IOException {
    try (var classifier = Classifier.open(model)) {
      return classifier.classify(upload, "the upload").getFirst();
    }
  }
}
