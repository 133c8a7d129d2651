package ai.fovea.examples;

import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Galleries;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognizer;
import java.util.List;

/// Recognises several images among some of a gallery's: those of one shop. What the other shop
/// alone has is unknown then.
public final class RecognizeBatchWithFilter {
  private RecognizeBatchWithFilter() {}

  /// Prints what two images show, among all images and among those of the shop.
  public static void main(String[] args) {
    List<String> queries = List.of("books-from-the-right", "cat-mirrored");
    System.out.println("everywhere: " + recognize(queries, Filter.everything()));
    System.out.println("in the north: " + recognize(queries, Filter.attribute("shop", "north")));
  }

  static List<String> recognize(List<String> queries, Filter filter) {
    try (var embedder = Embedder.standard();
        Gallery gallery = Galleries.create("memory:", embedder.gallerySettings())) {
      for (String name : Samples.GALLERY) {
        String label = name.substring(0, name.length() - 2); // of books-1
        float[] features = embedder.embed(Samples.photo(name));
        String shop = label.equals("books") || label.equals("coffee") ? "north" : "south";
        gallery.add(NewEntry.of(label, features).withAttribute("shop", shop));
      }
      new Calibrator().calibrateAndStore(gallery);
      var recognizer = new Recognizer(embedder, gallery).where(filter);
      List<ImageSource> images =
          queries.stream().map(name -> ImageSource.of(Samples.photo(name))).toList();
      return recognizer.recognizeAll(images).stream()
          .map(result -> result.orThrow().label().orElse("unknown"))
          .toList();
    }
  }
}
