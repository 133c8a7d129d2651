package ai.fovea.cli;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery list`: labels or pictures of a gallery.
@Command(
    name = "list",
    description = "Lists a gallery's labels, or its pictures.",
    footer = {"", "Example: fovea gallery list my-gallery --pictures"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryList implements Callable<Outcome> {
  @Mixin private final Common common = new Common();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Option(names = "--pictures", description = "List each picture instead of each label.")
  private boolean each;

  @Option(names = "--label", paramLabel = "LABEL", description = "Only this label's pictures.")
  private Optional<String> label = Optional.empty();

  @Override
  public Outcome call() throws IOException {
    try (Gallery gallery = Gallery.openReadOnly(folder)) {
      if (each || label.isPresent()) {
        pictures(label.isPresent() ? gallery.entries(label.get()) : gallery.entries());
      } else {
        labels(gallery);
      }
    }
    return Outcome.DONE;
  }

  private void pictures(List<Entry> entries) {
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("pictures", entries.stream().map(GalleryJson::entry).toList());
      common.print(all);
    } else {
      Table table = new Table(">id", "label", "source");
      entries.forEach(e -> table.row(e.id(), e.label(), e.source().orElse("")));
      common.out().print(table);
    }
  }

  private void labels(Gallery gallery) {
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", folder.toString());
      all.put("labels", gallery.labels());
      common.print(all);
    } else {
      Table table = new Table("label", ">pictures");
      gallery.labels().forEach(table::row);
      common.out().print(table);
    }
  }
}
