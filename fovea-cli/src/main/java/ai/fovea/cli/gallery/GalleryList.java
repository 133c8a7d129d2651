package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.options.Bounds;
import ai.fovea.cli.text.Table;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea gallery list`: labels or images of a gallery.
@Command(
    name = "list",
    description = "Lists a gallery's labels, or its images.",
    footer = {
      "",
      "Example: fovea gallery list my-gallery --images",
      "         fovea gallery list my-gallery --label mug --source 2024 --limit 20"
    })
final class GalleryList implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Option(
      names = {"--images", "--pictures"},
      description = "List each image instead of each label.")
  private boolean each;

  @Option(names = "--label", paramLabel = "LABEL", description = "Only this label's images.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--source",
      paramLabel = "TEXT",
      description = "Only images whose source contains this, in any case.")
  private Optional<String> source = Optional.empty();

  @Option(
      names = "--note",
      paramLabel = "KEY=VALUE",
      description = "Only images with this note; may be repeated.")
  private Map<String, String> notes = Map.of();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "Only images that this accepts, such as 'label = mug and attribute shop = 7'.")
  private Optional<String> filter = Optional.empty();

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the first N images or labels.")
  @Bounds(from = 0)
  private int offset;

  @Option(names = "--limit", paramLabel = "N", description = "At most N images or labels.")
  @Bounds(from = 0)
  private Optional<Integer> limit = Optional.empty();

  @Override
  public Outcome call() throws IOException {
    try (LocalGallery opened = Unfinished.openReadOnly(gallery.folder())) {
      List<String> warnings = new ArrayList<>();
      Unfinished.warning(gallery.folder()).ifPresent(warnings::add);
      EmptyGallery.warning(gallery.folder(), opened).ifPresent(warnings::add);
      FilterCheck.warning(opened, filter()).ifPresent(warnings::add);
      if (each
          || label.isPresent()
          || source.isPresent()
          || !notes.isEmpty()
          || filter.isPresent()) {
        refuseUnknownLabel(opened);
        warnings.forEach(common::warning);
        images(opened.entries(filter()).filter(this::hasSource).toList(), warnings);
      } else {
        warnings.forEach(common::warning);
        labels(opened, warnings);
      }
    }
    return Outcome.DONE;
  }

  private void refuseUnknownLabel(LocalGallery opened) {
    if (label.isPresent() && opened.entries(Filter.label(label.get())).findAny().isEmpty()) {
      throw new NoSuchElementException(
          "no image has the label '"
              + label.get()
              + "'"
              + FilterCheck.meant(label.get(), opened.labels().keySet()));
    }
  }

  private Filter filter() {
    Filter all = filter.map(Filter::parse).orElse(Filter.everything());
    if (label.isPresent()) {
      all = all.and(Filter.label(label.get()));
    }
    for (Map.Entry<String, String> note : notes.entrySet()) {
      all = all.and(Filter.attribute(note.getKey(), note.getValue()));
    }
    return all;
  }

  private boolean hasSource(Entry entry) {
    return source.isEmpty()
        || entry
            .source()
            .map(s -> s.toLowerCase(Locale.ROOT))
            .orElse("")
            .contains(source.get().toLowerCase(Locale.ROOT));
  }

  private void images(List<Entry> found, List<String> warnings) {
    List<Entry> shown = found.stream().skip(offset).limit(limit.orElse(Integer.MAX_VALUE)).toList();
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", gallery.folder().toString());
      all.put("found", found.size());
      all.put("images", shown.stream().map(GalleryJson::entry).toList());
      all.put("warnings", warnings);
      common.print(all);
    } else {
      Table table = new Table(">id", "label", "source");
      shown.forEach(e -> table.row(e.id(), e.label(), e.source().map(Sources::shown).orElse("")));
      common.print(table);
      if (shown.size() < found.size()) {
        common.out().println(shown.size() + " of " + found.size());
      }
    }
  }

  private void labels(LocalGallery opened, List<String> warnings) {
    Map<String, Integer> all = opened.labels();
    Map<String, Integer> shown = new LinkedHashMap<>();
    all.entrySet().stream()
        .skip(offset)
        .limit(limit.orElse(Integer.MAX_VALUE))
        .forEach(l -> shown.put(l.getKey(), l.getValue()));
    if (common.json()) {
      var result = new LinkedHashMap<String, Object>();
      result.put("gallery", gallery.folder().toString());
      result.put("found", all.size());
      result.put("labels", shown);
      result.put("warnings", warnings);
      common.print(result);
    } else {
      Table table = new Table("label", ">images");
      shown.forEach(table::row);
      common.print(table);
      if (shown.size() < all.size()) {
        common.out().println(shown.size() + " of " + all.size());
      }
    }
  }
}
