package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.LocalGallery;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `fovea gallery rename`: another name for a label.
@Command(
    name = "rename",
    description = {
      "Gives a label another name, which no label has yet; `fovea gallery merge` puts labels"
          + " together."
    },
    footer = {"", "Example: fovea gallery rename my-gallery mug 'red mug'"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryRename implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();

  @Parameters(index = "1", paramLabel = "FROM", description = "The label as it is.")
  private String from;

  @Parameters(index = "2", paramLabel = "TO", description = "The label as it shall be.")
  private String to;

  @Override
  public Outcome call() {
    try (LocalGallery opened = LocalGallery.open(gallery.folder())) {
      opened.renameLabel(from, to);
      int images = (int) opened.entries(Filter.label(to)).count();
      opened.flush();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(
              "Renamed " + GalleryReport.counted(images, "image") + " to '" + to + "'",
              Map.of("renamed", images)));
    }
  }
}
