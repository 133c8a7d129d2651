package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.gallery.LocalGallery;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea gallery compact`: writes a gallery as one snapshot.
@Command(
    name = "compact",
    description = {
      "Writes a gallery's changes into one snapshot, so that it opens faster and takes less space.",
      "That happens by itself when many changes have come together."
    },
    footer = {"", "Example: fovea gallery compact my-gallery"})
final class GalleryCompact implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Override
  public Outcome call() {
    try (LocalGallery opened = LocalGallery.open(gallery.folder())) {
      opened.compact();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of("Compacted " + gallery.folder(), Map.of("compacted", true)));
    }
  }
}
