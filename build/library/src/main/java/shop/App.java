package shop;

import ai.fovea.base.FoveaException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import ai.fovea.recognize.Recognizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a gallery of a folder with a folder for each label, and recognises a photograph: `App PHOTOS GALLERY QUERY`.
public final class App {
  private App() {}

  /// Prints the label and the score, or what is wrong with an image, a model or a gallery.
  public static void main(String[] args) throws Exception {
    try {
      recognize(args);
    } catch (FoveaException e) {
      e.problems().forEach(System.err::println);
      System.exit(1);
    }
  }

  private static void recognize(String[] args) throws IOException {
    Path photos = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    try (Embedder embedder = Embedder.standard()) {
      try (LocalGallery gallery = LocalGallery.create(folder, embedder.gallerySettings());
          var files = Files.walk(photos)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String label = file.getParent().getFileName().toString();
          gallery.add(NewEntry.of(label, embedder.embed(file)).withSource(file.toString()));
        }
        new Calibrator().calibrateAndStore(gallery);
      }
      try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
        Recognition seen = new Recognizer(embedder, gallery).recognize(Path.of(args[2]));
        System.out.println(seen.label().orElse("unknown") + " " + seen.score());
      }
    }
  }
}
