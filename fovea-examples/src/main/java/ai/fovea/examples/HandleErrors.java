package ai.fovea.examples;

import ai.fovea.base.FoveaException;
import ai.fovea.base.InputException;
import ai.fovea.base.ModelException;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.gallery.Galleries;
import ai.fovea.gallery.GalleryException;
import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tells errors apart. What is wrong outside the program is a [FoveaException]: an input, a model,
/// a gallery, a configuration. None is checked, and each message names the thing, the place and the
/// remedy. An [IOException] is a disk that fails.
public final class HandleErrors {
  private HandleErrors() {}

  /// A use of the library.
  interface Use {
    void run() throws IOException;
  }

  /// Prints what is wrong with four things.
  public static void main(String[] args) throws IOException {
    Path empty = Samples.folder();
    System.out.println(outcome(() -> embed(Files.writeString(empty.resolve("a.jpg"), "no image"))));
    System.out.println(outcome(() -> Classifier.open(empty).close()));
    System.out.println(outcome(() -> Galleries.openReader(empty.toString()).close()));
    System.out.println(outcome(() -> Config.parse("epochs: [1", "the settings")));
  }

  /// What a server would answer.
  static String outcome(Use use) throws IOException {
    try {
      use.run();
      return "done";
    } catch (FoveaException e) {
      String whose =
          switch (e) {
            case InputException _ -> "the caller's input";
            case ModelException _ -> "our model";
            case GalleryException _ -> "our gallery";
            case ConfigException _ -> "our configuration";
            default -> "try again later"; // too many requests, for instance
          };
      return whose + ": " + e.problems().getFirst();
    }
  }

  static void embed(Path image) {
    try (var embedder = Embedder.standard()) {
      embedder.embed(image);
    }
  }
}
