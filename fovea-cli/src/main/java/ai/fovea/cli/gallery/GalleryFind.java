package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.text.Table;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery find`: all that a gallery knows of one image.
@Command(
    name = "find",
    description = "Shows an image of a gallery by its id.",
    footer = {"", "Example: fovea gallery find my-gallery 7"})
final class GalleryFind implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "The image's id, as `fovea gallery list --images` shows it.")
  private long id;

  @Option(names = "--vector", description = "Show the vector too.")
  private boolean vector;

  @Override
  public Outcome call() throws IOException {
    try (LocalGallery opened = Unfinished.openReadOnly(gallery.folder())) {
      Entry entry =
          opened
              .find(id)
              .orElseThrow(() ->
                  new CommandException(
                      gallery.folder()
                          + ": no image has the id "
                          + id
                          + "; `fovea gallery list --images` shows all ids"));
      List<String> warnings = Unfinished.warning(gallery.folder()).stream().toList();
      warnings.forEach(common::warning);
      if (common.json()) {
        var all = new LinkedHashMap<String, Object>();
        all.put("gallery", gallery.folder().toString());
        all.put("image", GalleryJson.entry(entry));
        if (vector) {
          all.put("vector", values(opened));
        }
        all.put("warnings", warnings);
        common.print(all);
      } else {
        Table table = new Table("what", "value");
        table.row("id", entry.id());
        table.row("label", entry.label());
        entry.source().ifPresent(source -> table.row("source", source));
        entry.attributes().forEach(table::row);
        if (vector) {
          table.row("vector", values(opened));
        }
        common.print(table);
      }
    }
    return Outcome.DONE;
  }

  private List<Float> values(LocalGallery opened) {
    List<Float> values = new ArrayList<>();
    for (float value : opened.vector(id)) {
      values.add(value);
    }
    return values;
  }
}
