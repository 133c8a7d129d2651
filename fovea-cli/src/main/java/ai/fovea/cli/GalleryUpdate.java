package ai.fovea.cli;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery update`: replaces one picture, or what is known of it; its id stays.
@Command(
    name = "update",
    description =
        "Replaces a picture of a gallery by another file, or by its own file as it is "
            + "now, or changes its label or its notes. Its id stays, and the thresholds do.",
    footer = {"", "Example: fovea gallery update my-gallery 7 better.jpg"})
final class GalleryUpdate implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final DamagedImages damaged = new DamagedImages();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Parameters(index = "1", paramLabel = "ID", description = "The picture's id.")
  private long id;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PICTURE",
      description = "The new picture; left out: the file that it was made from.")
  private Optional<Path> picture = Optional.empty();

  @Option(names = "--label", paramLabel = "LABEL", description = "Another label.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--note",
      paramLabel = "KEY=VALUE",
      description = "A note to be added or replaced; may be repeated.")
  private Map<String, String> notes = Map.of();

  @Override
  public Outcome call() throws IOException {
    Sources sources = new Sources(gallery.folder());
    try (Gallery opened = Gallery.open(gallery.folder())) {
      Entry before =
          opened
              .find(id)
              .orElseThrow(() ->
                  new CommandException(
                      gallery.folder()
                          + ": no picture has the id "
                          + id
                          + "; `fovea gallery list --pictures` shows all ids"));
      List<String> warnings = new ArrayList<>();
      if (picture.isPresent() || (label.isEmpty() && notes.isEmpty())) {
        Path file =
            picture
                .or(() -> before.source().map(s -> sources.resolve(s, Optional.empty())))
                .orElseThrow(() ->
                    new CommandException(
                        gallery.folder()
                            + ": picture "
                            + id
                            + " has no source; name the file that shall replace it"));
        Sources.Form form =
            sources.form(before.source().isPresent() ? List.of(before) : opened.entries());
        Entry after =
            edited(
                picture
                    .map(f -> before.withSource(sources.stored(f, form)))
                    .orElse(before)
                    .withAttribute(FileMark.KEY, FileMark.of(file)));
        try (Embedder embedder = model.embedder(damaged)) {
          SameModel.check(gallery.folder(), opened, embedder);
          opened.replace(
              id,
              Thumbnails.renewed(
                  replacement(after, embedder.embed(file)),
                  file,
                  damaged.decoder(),
                  opened.thumbnail(id)));
          damaged.warning(file).ifPresent(warnings::add);
        }
      } else {
        opened.change(id, this::edited);
      }
      opened.flush();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of("Updated picture " + id, Map.of("updated", id)).withWarnings(warnings));
    }
  }

  private Entry edited(Entry entry) {
    Entry changed = label.map(entry::withLabel).orElse(entry);
    for (var note : notes.entrySet()) {
      changed = changed.withAttribute(note.getKey(), note.getValue());
    }
    return changed;
  }

  /// What replaces a picture, without a small copy.
  static NewEntry replacement(Entry entry, float[] vector) {
    NewEntry all = NewEntry.of(entry.label(), vector);
    all = entry.source().map(all::withSource).orElse(all);
    for (var note : entry.attributes().entrySet()) {
      all = all.withAttribute(note.getKey(), note.getValue());
    }
    return all;
  }
}
