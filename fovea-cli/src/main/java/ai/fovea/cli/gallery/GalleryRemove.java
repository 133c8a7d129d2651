package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery remove`: takes labels or single images out.
@Command(
    name = "remove",
    description =
        "Removes labels with all their images, or single images by their ids, and finds the"
            + " threshold anew.",
    footer = {"", "Example: fovea gallery remove my-gallery --label teapot"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryRemove implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ChangedThreshold threshold = new ChangedThreshold();

  @Parameters(index = "0", paramLabel = "GALLERY", description = "The folder of the gallery.")
  private Path folder;

  @Option(names = "--label", paramLabel = "LABEL", description = "A label; may be repeated.")
  private List<String> labels = List.of();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "An image, as `fovea gallery list --images` numbers them; may be repeated.")
  private List<Long> ids = List.of();

  @Override
  public Outcome call() throws IOException {
    if (labels.isEmpty() && ids.isEmpty()) {
      throw common.wrongUsage("what is to be removed? Name it with --label or --id");
    }
    List<String> problems = new ArrayList<>();
    try (LocalGallery gallery = LocalGallery.open(folder)) {
      threshold.check(common, gallery.info().settings().similarity());
      // Each once, whichever way it was named, and all in one change.
      Set<Long> all = new LinkedHashSet<>();
      for (String label : new LinkedHashSet<>(labels)) {
        List<Long> labelled = gallery.entries(Filter.label(label)).map(Entry::id).toList();
        all.addAll(labelled);
        if (labelled.isEmpty()) {
          problems.add(folder + ": no image has the label '" + label + "'");
        }
      }
      for (long id : new LinkedHashSet<>(ids)) {
        if (gallery.find(id).isPresent()) {
          all.add(id);
        } else {
          problems.add(folder + ": no image has the id " + id);
        }
      }
      gallery.removeAll(List.copyOf(all));
      int removed = all.size();
      String did = "Removed " + GalleryReport.counted(removed, "image") + " from " + folder;
      if (removed > 0 || threshold.isGiven()) {
        threshold.applyAfterChange(common, folder, gallery, did);
      }
      gallery.flush();
      return GalleryReport.tell(
          common,
          folder,
          gallery,
          Told.of(did, Map.of("removed", removed)).with(threshold).withProblems(problems));
    }
  }
}
