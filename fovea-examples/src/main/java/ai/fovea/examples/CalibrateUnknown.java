package ai.fovea.examples;

import ai.fovea.gallery.Galleries;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import ai.fovea.recognize.Recognizer;
import java.util.ArrayList;
import java.util.List;

/// Finds the threshold that tells known from unknown, and keeps it in the gallery: what does not
/// reach it has no label.
public final class CalibrateUnknown {
  private CalibrateUnknown() {}

  /// The threshold, and what became of the queries.
  record Outcome(double threshold, List<Recognition> seen) {}

  /// Prints the threshold and what four images show, two of them nothing that the gallery knows.
  public static void main(String[] args) {
    Outcome outcome = run("coffee-mirrored", "town-from-elsewhere", "rocket", "coins");
    System.out.println("threshold " + outcome.threshold);
    for (Recognition seen : outcome.seen) {
      System.out.println(seen.image() + ": " + seen.label().orElse("unknown") + " " + seen.score());
    }
  }

  static Outcome run(String... queries) {
    try (var embedder = Embedder.standard();
        Gallery gallery = Galleries.create("memory:", embedder.gallerySettings())) {
      for (String name : Samples.GALLERY) {
        String label = name.substring(0, name.length() - 2); // of books-1
        gallery.add(NewEntry.of(label, embedder.embed(Samples.photo(name))));
      }
      // As many unknown things are to be taken for known as known ones for unknown; new
      // Calibrator(0.01) lets at most one unknown thing of a hundred pass.
      Calibration found = new Calibrator().calibrateAndStore(gallery);
      var recognizer = new Recognizer(embedder, gallery);
      var seen = new ArrayList<Recognition>();
      for (String query : queries) {
        seen.add(recognizer.recognize(Samples.photo(query)));
      }
      return new Outcome(found.threshold(), seen);
    }
  }
}
