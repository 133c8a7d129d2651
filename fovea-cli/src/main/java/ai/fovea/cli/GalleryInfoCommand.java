package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.SearchRecall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery info`: a gallery's figures.
@Command(
    name = "info",
    description = "Shows a gallery's size, model and threshold.",
    footer = {
      "",
      "Example: fovea gallery info my-gallery",
      "Example: fovea gallery info my-gallery --recall 200"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryInfoCommand implements Callable<Outcome> {
  private static final int K = 10;
  private static final long SEED = 1;

  @Mixin private final Common common = new Common();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Option(
      names = "--recall",
      paramLabel = "N",
      description = {
        "Also measures how much of the nearest pictures its index finds, by asking for up to N of",
        "its own, compared with a search through all."
      })
  private @Nullable Integer recall;

  @Override
  public Outcome call() throws IOException {
    Integer asked = recall;
    if (asked != null && asked < 1) {
      throw common.wrongUsage("--recall " + asked + ": a number from 1 on is needed");
    }
    GalleryInfo info;
    Sources.Form form;
    Optional<SearchRecall> measured;
    try (Gallery gallery = Gallery.openReadOnly(folder)) {
      info = gallery.info();
      form = Sources.form(gallery.entries(), folder);
      measured = Optional.ofNullable(asked).map(pictures -> gallery.recall(pictures, K, SEED));
    }
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("info", GalleryJson.info(info));
      all.put("sources", form.name().toLowerCase(Locale.ROOT));
      measured.ifPresent(it -> all.put("recall", json(it)));
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
      measured.ifPresent(it -> lines(it).forEach(common.out()::println));
      common.out().println("Model: " + info.settings().modelId());
      common.out().println("Made: " + info.created() + ", format " + info.formatVersion());
    }
    return Outcome.DONE;
  }

  private static List<String> lines(SearchRecall measured) {
    return List.of(
        String.format(
            Locale.ROOT,
            "Recall: %.2f %% of the %d nearest found (%d of %d; %d of its pictures asked for, seed"
                + " %d)",
            100 * measured.recall(),
            measured.k(),
            measured.found(),
            measured.expected(),
            measured.asked(),
            measured.seed()),
        "Find themselves: " + measured.themselves() + " of " + measured.asked());
  }

  private static Map<String, Object> json(SearchRecall measured) {
    var all = new LinkedHashMap<String, Object>();
    all.put("recall", measured.recall());
    all.put("k", measured.k());
    all.put("found", measured.found());
    all.put("expected", measured.expected());
    all.put("asked", measured.asked());
    all.put("themselves", measured.themselves());
    all.put("seed", measured.seed());
    return all;
  }
}
