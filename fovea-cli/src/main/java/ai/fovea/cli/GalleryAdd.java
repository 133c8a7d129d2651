package ai.fovea.cli;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea gallery add`: more pictures, of known labels or of new ones. All that can be used are added in one step.
@Command(
    name = "add",
    description = {
      "Adds labelled pictures to a gallery, all that can be used at once, and finds the threshold"
          + " anew",
      "(unless somebody gave one). A new label needs no training."
    },
    footer = {"", "Example: fovea gallery add my-gallery --label teapot teapot1.jpg teapot2.jpg"})
final class GalleryAdd implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final LabelledPictures pictures = new LabelledPictures();
  @Mixin private final GalleryBuild.Threshold threshold = new GalleryBuild.Threshold();

  @Override
  public Outcome call() throws IOException {
    Path folder = pictures.gallery();
    var found = pictures.find();
    List<String> problems = new ArrayList<>(found.problems());
    try (Gallery gallery = Gallery.open(folder);
        Embedder embedder = model.embedder()) {
      SameModel.check(folder, gallery, embedder);
      List<NewEntry> entries = Embedding.entries(common, embedder, found.pictures(), problems);
      gallery.addAll(entries);
      threshold.apply(gallery);
      gallery.flush();
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          "Added " + GalleryReport.counted(entries.size(), "picture") + " to " + folder,
          Map.of("added", entries.size()),
          problems);
    }
  }
}
