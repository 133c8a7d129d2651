package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `fovea gallery info`: a gallery's figures.
@Command(
    name = "info",
    description = "Shows a gallery's size, model and threshold.",
    footer = {"", "Example: fovea gallery info my-gallery"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryInfoCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Override
  public Outcome call() throws IOException {
    GalleryInfo info;
    Sources.Form form;
    try (Gallery gallery = Gallery.openReadOnly(folder)) {
      info = gallery.info();
      form = Sources.form(gallery.entries(), folder);
    }
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("info", GalleryJson.info(info));
      all.put("sources", form.name().toLowerCase(Locale.ROOT));
      common.print(all);
    } else {
      common.out().println(folder + ": " + GalleryReport.size(info));
      GalleryReport.threshold(info).forEach(common.out()::println);
      common
          .out()
          .println(
              "Vectors: "
                  + info.settings().dimension()
                  + " values, compared by "
                  + info.settings().similarity().text());
      common.out().println("Index: " + info.settings().index().text());
      common
          .out()
          .println(
              "Sources: "
                  + (form == Sources.Form.RELATIVE
                      ? "paths relative to the gallery"
                      : "absolute paths"));
      common.out().println("Model: " + info.settings().modelId());
      common.out().println("Made: " + info.created() + ", format " + info.formatVersion());
    }
    return Outcome.DONE;
  }
}
