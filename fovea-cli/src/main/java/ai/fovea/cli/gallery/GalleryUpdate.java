package ai.fovea.cli.gallery;

import ai.fovea.base.InputException;
import ai.fovea.base.ModelException;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.LocalGallery;
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

/// `fovea gallery update`: replaces one image, or what is known of it; its id stays.
@Command(
    name = "update",
    description =
        "Replaces an image of a gallery by another file, or by its own file as it is now, or"
            + " changes its label or its notes. Its id stays; where the image or the label"
            + " changes, the threshold is found anew.",
    footer = {"", "Example: fovea gallery update my-gallery 7 better.jpg"})
final class GalleryUpdate implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final DamagedImages damaged = new DamagedImages();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();
  @Mixin private final ChangedThreshold threshold = new ChangedThreshold();

  @Parameters(index = "1", paramLabel = "ID", description = "The image's id.")
  private long id;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "IMAGE",
      description =
          "The new image, or - for standard input; left out: the file that it was made from.")
  private Optional<String> image = Optional.empty();

  @Option(names = "--label", paramLabel = "LABEL", description = "Another label.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--note",
      paramLabel = "KEY=VALUE",
      description = "A note to be added or replaced; may be repeated.")
  private Map<String, String> notes = Map.of();

  @Override
  public Outcome call() throws IOException {
    try (LocalGallery opened = LocalGallery.open(gallery.folder())) {
      threshold.check(common, opened.info().settings().similarity());
      Entry before =
          opened
              .find(id)
              .orElseThrow(() ->
                  new CommandException(
                      gallery.folder()
                          + ": no image has the id "
                          + id
                          + "; `fovea gallery list --images` shows all ids"));
      List<String> warnings = new ArrayList<>();
      if (image.isPresent() || (label.isEmpty() && notes.isEmpty())) {
        replace(opened, before, warnings);
      } else {
        opened.change(id, this::edited);
      }
      String did = "Updated image " + id;
      boolean notesAlone = image.isEmpty() && label.isEmpty() && !notes.isEmpty();
      if (!notesAlone || threshold.isGiven()) {
        threshold.applyAfterChange(common, gallery.folder(), opened, did);
      }
      opened.flush();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(did, Map.of("updated", id)).withWarnings(warnings).with(threshold));
    }
  }

  private void replace(LocalGallery opened, Entry before, List<String> warnings)
      throws IOException {
    Sources sources = new Sources(gallery.folder());
    Inputs inputs = Inputs.of(image.stream().toList(), common);
    Path file =
        image.isPresent()
            ? inputs.only()
            : before
                .source()
                .map(s -> sources.resolve(s, Optional.empty()))
                .orElseThrow(() ->
                    new CommandException(
                        gallery.folder()
                            + ": image "
                            + id
                            + " has no source; name the file that shall replace it"));
    Optional<String> source = before.source();
    if (image.isPresent()) {
      Sources.Form form =
          sources.form(before.source().isPresent() ? List.of(before) : opened.entries().toList());
      // What came on standard input lies nowhere.
      source =
          inputs.standardInput().isPresent()
              ? Optional.empty()
              : Optional.of(sources.stored(file, form));
    }
    try (Embedder embedder = model.embedder(damaged)) {
      GalleryModelCheck.check(gallery.folder(), opened, embedder, common::note);
      float[] vector = embedder.embed(file);
      Entry after =
          edited(new Entry(id, before.label(), source, before.attributes()))
              .withAttribute(FileMark.KEY, FileMark.of(file));
      opened.replace(
          id,
          Thumbnails.renewed(
              replacement(after, vector), file, damaged.decoder(), opened.thumbnail(id)));
      damaged.warning(file).map(inputs::named).ifPresent(warnings::add);
    } catch (IOException | InputException | ModelException e) {
      throw inputs.named(e);
    }
  }

  private Entry edited(Entry entry) {
    Entry changed = label.map(entry::withLabel).orElse(entry);
    for (var note : notes.entrySet()) {
      changed = changed.withAttribute(note.getKey(), note.getValue());
    }
    return changed;
  }

  /// What replaces an image, without a small copy.
  static NewEntry replacement(Entry entry, float[] vector) {
    NewEntry all = NewEntry.of(entry.label(), vector);
    all = entry.source().map(all::withSource).orElse(all);
    for (var note : entry.attributes().entrySet()) {
      all = all.withAttribute(note.getKey(), note.getValue());
    }
    return all;
  }
}
