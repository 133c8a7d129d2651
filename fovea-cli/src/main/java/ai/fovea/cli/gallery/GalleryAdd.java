package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.LabelledImages;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea gallery add`: more images, of known labels or of new ones. All that can be used are added in one step.
@Command(
    name = "add",
    description =
        "Adds labelled images to a gallery, all that can be used at once, and finds "
            + "the threshold anew (unless somebody gave one). A new label needs no training.",
    footer = {"", "Example: fovea gallery add my-gallery --label teapot teapot1.jpg teapot2.jpg"})
final class GalleryAdd implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final LabelledImages images = new LabelledImages();
  @Mixin private final ChangedThreshold threshold = new ChangedThreshold();
  @Mixin private final ImageImporter importer = new ImageImporter();

  @Override
  public Outcome call() throws Exception {
    return importer.reporting(this::add);
  }

  private Outcome add() throws IOException {
    Path folder = images.gallery(common);
    var found = images.find(common);
    importer.takes(images.named());
    NewGallery.tidy(folder);
    try (LocalGallery gallery = LocalGallery.open(folder)) {
      threshold.check(common, gallery.info().settings().similarity());
      try (Embedder embedder = Embedder.of(model.open(), importer.options(model.options()))) {
        return add(common, folder, gallery, embedder, found, threshold, importer);
      }
    }
  }

  static Outcome add(
      Common common,
      Path folder,
      LocalGallery gallery,
      Embedder embedder,
      ImageLists.Found found,
      Threshold threshold,
      ImageImporter importer)
      throws IOException {
    GalleryModelCheck.check(folder, gallery, embedder, common::note);
    importer.found(found);
    Unfinished.Doing<Outcome> work =
        () -> take(common, folder, gallery, embedder, found, threshold, importer);
    return importer.resumes()
        ? Unfinished.adding(folder, importer.named(), importer::hasTaken, work)
        : work.run();
  }

  private static Outcome take(
      Common common,
      Path folder,
      LocalGallery gallery,
      Embedder embedder,
      ImageLists.Found found,
      Threshold threshold,
      ImageImporter importer)
      throws IOException {
    try (OnInterruption _ =
        new OnInterruption(common, () -> List.of(importer.interrupted(folder, false)))) {
      importer.take(common, folder, gallery, embedder, found.images());
    }
    threshold.applyAfterChange(common, folder, gallery, importer.did(folder));
    gallery.flush();
    return GalleryReport.tell(
        common,
        folder,
        gallery,
        Told.of(importer.did(folder), importer.counts()).with(threshold).with(importer));
  }
}
