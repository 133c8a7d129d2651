package ai.fovea.examples;

import ai.fovea.image.Image;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Region;
import ai.fovea.recognize.Embedder;

/// Compares a part of an image with another image: the part that shows the thing resembles it more
/// than the whole does.
public final class EmbedCrop {
  private EmbedCrop() {}

  /// Two cosines with a photograph of the same thing.
  record Similarities(double whole, double crop) {}

  /// Prints how much an image of two things, and the part that shows a box, resemble another
  /// photograph of the box.
  public static void main(String[] args) {
    System.out.println(compare());
  }

  static Similarities compare() {
    Image town = Image.read(Samples.photo("town-1"));
    Image box = Image.read(Samples.photo("biscuit-box-1"));
    Image both = Samples.sideBySide(town, box);
    var right = new Region(town.width(), 0, box.width(), box.height()); // in pixels
    try (var embedder = Embedder.standard()) {
      float[] known = embedder.embed(Samples.photo("biscuit-box-2"));
      float[] whole = embedder.embed(ImageSource.of(both, "both"));
      float[] crop = embedder.embed(ImageSource.of(right.cut(both), "the right half"));
      return new Similarities(dot(known, whole), dot(known, crop));
    }
  }

  /// The cosine, since features have unit length.
  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
