package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea gallery reembed`: the vectors of another model for all images of a gallery, in one step.
@Command(
    name = "reembed",
    description = {
      "Makes the vectors of all images anew with another model, from the files that they came"
          + " from.",
      "Ids, labels and notes stay. It is done as a whole or not at all."
    },
    footer = {"", "Example: fovea gallery reembed my-gallery --model new-model"})
final class GalleryReembed implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final DamagedImages damaged = new DamagedImages();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();
  @Mixin private final Threshold threshold = new Threshold();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Where the images lie now: where relative paths begin, and what has become of the"
              + " folder that all absolute paths lie in; left out: relative paths begin at the"
              + " gallery, else in this folder.")
  private Optional<Path> root = Optional.empty();

  // Read by another thread where the command is ended early.
  private final AtomicBoolean renewed = new AtomicBoolean();

  @Override
  public Outcome call() throws IOException {
    Path folder = gallery.folder();
    GalleryInfo info;
    List<Entry> entries;
    try (LocalGallery opened = Unfinished.openReadOnly(folder)) {
      info = opened.info();
      threshold.check(common, info.settings().similarity());
      entries = opened.entries().toList();
    }
    try (OnInterruption _ =
        new OnInterruption(
            common,
            () ->
                List.of(
                    "interrupted; "
                        + (renewed.get()
                            ? folder
                                + " has its new vectors; `fovea gallery calibrate` finds their"
                                + " threshold"
                            : folder
                                + " is as it was before; the same command again begins anew")))) {
      return renew(folder, info, entries);
    }
  }

  private Outcome renew(Path folder, GalleryInfo info, List<Entry> entries) throws IOException {
    Map<Long, float[]> vectors = new HashMap<>();
    GallerySettings settings;
    try (Embedder embedder = model.embedder(damaged)) {
      if (embedder.id().match(info.settings().modelId()) != ModelId.Match.DIFFERENT) {
        common.remark(folder + ": made with this model already; its vectors are made anew.");
      }
      settings =
          new GallerySettings(
              embedder.modelId(),
              embedder.dimension(),
              info.settings().similarity(),
              info.settings().index(),
              info.settings().durability());
      embed(embedder, entries, vectors);
    }
    LocalGallery.reembed(
        folder,
        settings,
        entry -> {
          float[] vector = vectors.get(entry.id());
          if (vector == null) {
            throw new IllegalStateException(
                "image " + entry.id() + " came while the others were embedded: do it again");
          }
          return vector;
        });
    renewed.set(true);
    try (LocalGallery opened = LocalGallery.open(folder)) {
      threshold.renew(common, folder, opened, info.calibration());
      opened.flush();
      return GalleryReport.tell(
          common,
          folder,
          opened,
          Told.of(
                  "Made the vectors of " + folder + " anew",
                  Map.of("reembedded", vectors.size(), "model_before", info.settings().modelId()))
              .withWarnings(Unfinished.warning(folder).stream().toList())
              .with(threshold));
    }
  }

  /// @throws CommandException where any image can't be used, after telling of each
  private void embed(Embedder embedder, List<Entry> entries, Map<Long, float[]> vectors)
      throws IOException {
    List<String> problems = new ArrayList<>();
    List<Entry> sourced = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.source().isPresent()) {
        sourced.add(entry);
      } else {
        problems.add("image " + entry.id() + " (" + entry.label() + ") has no source");
      }
    }
    Sources.Located located = new Sources(gallery.folder()).located(entries, root);
    List<Path> files = sourced.stream().map(e -> located.file(e.source().orElseThrow())).toList();
    try (var progress = common.progress("embedding", files.size())) {
      var all = embedder.embedAll(files.stream().map(ImageSource::of).toList(), progress::at);
      for (int i = 0; i < all.size(); i++) {
        all.get(i).problem().ifPresent(problems::add);
        long id = sourced.get(i).id();
        Path file = files.get(i);
        all.get(i)
            .toOptional()
            .ifPresent(f -> {
              vectors.put(id, f);
              damaged.warning(file).ifPresent(common::warning);
            });
      }
    }
    if (!problems.isEmpty()) {
      problems.forEach(common::problem);
      throw new CommandException(
          gallery.folder()
              + ": unchanged, because "
              + GalleryReport.counted(problems.size(), "image")
              + " can't be embedded anew: remove them from the gallery, or mend their files; "
              + located.told());
    }
  }
}
