package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.options.Bounds;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.LocalGallery;
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
        "Also measures how much of the nearest images its index finds, by asking for up to N of",
        "its own, compared with a search through all."
      })
  @Bounds(from = 1)
  private @Nullable Integer recall;

  @Override
  public Outcome call() throws IOException {
    Integer asked = recall;
    GalleryInfo info;
    Map<Sources.Form, Integer> forms;
    Optional<SearchRecall> measured;
    Optional<String> unfinished;
    try (LocalGallery gallery = Unfinished.openReadOnly(folder)) {
      info = gallery.info();
      forms = Sources.forms(gallery.entries().toList());
      measured = Optional.ofNullable(asked).map(images -> gallery.recall(images, K, SEED));
      unfinished = Unfinished.why(folder);
    }
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      unfinished.ifPresent(why -> all.put("unfinished", why));
      all.put("info", GalleryJson.info(info));
      all.put("sources", named(forms));
      measured.ifPresent(it -> all.put("recall", json(it)));
      common.print(all);
    } else {
      common.out().println(folder + ": " + GalleryReport.size(info));
      unfinished.ifPresent(why -> common.out().println("Unfinished: " + why));
      GalleryReport.threshold(info).forEach(common.out()::println);
      common
          .out()
          .println(
              "Vectors: "
                  + info.settings().dimension()
                  + " values, compared by "
                  + info.settings().similarity().text());
      common.out().println("Index: " + info.settings().index().text());
      common.out().println("Sources: " + told(forms));
      measured.ifPresent(it -> lines(it).forEach(common.out()::println));
      common.out().println("Model: " + info.settings().modelId());
      common.out().println("Made: " + info.created() + ", format " + info.formatVersion());
    }
    return Outcome.DONE;
  }

  private static String named(Map<Sources.Form, Integer> forms) {
    return forms.size() > 1
        ? "mixed"
        : forms.keySet().stream()
            .findFirst()
            .orElse(Sources.Form.ABSOLUTE)
            .name()
            .toLowerCase(Locale.ROOT);
  }

  private static String told(Map<Sources.Form, Integer> forms) {
    int absolute = forms.getOrDefault(Sources.Form.ABSOLUTE, 0);
    int relative = forms.getOrDefault(Sources.Form.RELATIVE, 0);
    if (absolute > 0 && relative > 0) {
      return absolute + " absolute paths, " + relative + " relative to the gallery";
    }
    return relative > 0 ? "paths relative to the gallery" : "absolute paths";
  }

  private static List<String> lines(SearchRecall measured) {
    if (measured.asked() == 0) {
      return List.of("Recall: not measured, as there are no images to ask for");
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "Recall: %.2f %% of the %d nearest found (%d of %d; %d of its images asked for, seed"
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
    all.put("recall", measured.asked() == 0 ? Double.NaN : measured.recall()); // null
    all.put("k", measured.k());
    all.put("found", measured.found());
    all.put("expected", measured.expected());
    all.put("asked", measured.asked());
    all.put("themselves", measured.themselves());
    all.put("seed", measured.seed());
    return all;
  }
}
