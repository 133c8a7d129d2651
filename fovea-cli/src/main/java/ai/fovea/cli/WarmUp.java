package ai.fovea.cli;

import ai.fovea.cli.demo.DemoImages;
import ai.fovea.cli.gallery.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs what short commands run, so that Java can write the classes that they need into its cache (see the launcher).
final class WarmUp {
  private WarmUp() {}

  /// Needs no arguments; prints nothing.
  public static void main(String[] args) throws IOException {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Path folder = Files.createTempDirectory("fovea-warm-up");
    try {
      Main.run(nowhere, nowhere, "--version");
      Main.run(nowhere, nowhere, "--help");
      DemoImages.copyTo(folder);
      String gallery = folder.resolve("gallery").toString();
      String query = folder.resolve("queries").toString();
      Main.run(nowhere, nowhere, "gallery", "build", gallery, folder.resolve("labels").toString());
      Main.run(nowhere, nowhere, "gallery", "info", gallery);
      Main.run(nowhere, nowhere, "recognize", "--gallery", gallery, query);
      Main.run(nowhere, nowhere, "recognize", "--json", "--gallery", gallery, query);
      Main.run(nowhere, nowhere, "predict", query);
    } finally {
      Folders.delete(folder);
    }
  }
}
