package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `fovea gallery verify`: compares everything on disk with its checksums, and looks whether every image can be reached.
@Command(
    name = "verify",
    description = {
      "Reads a gallery as a whole and compares it with its checksums.",
      "Also looks whether a search can come to every image."
    },
    footer = {"", "Example: fovea gallery verify my-gallery"})
final class GalleryVerify implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Override
  public Outcome call() throws IOException {
    try (LocalGallery opened = Unfinished.openReadOnly(gallery.folder())) {
      opened.verify();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(
                  gallery.folder() + " is as it was written, and every image can be reached",
                  Map.of("verified", true))
              .withWarnings(Unfinished.warning(gallery.folder()).stream().toList()));
    }
  }
}
