package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.gallery.LocalGallery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `fovea gallery merge`: several labels become one.
@Command(
    name = "merge",
    description = "Gives all images of some labels one label, and finds the threshold anew.",
    footer = {"", "Example: fovea gallery merge my-gallery cup mug --into mug"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GalleryMerge implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();
  @Mixin private final ChangedThreshold threshold = new ChangedThreshold();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "LABEL",
      description = "The labels to be merged.")
  private List<String> labels = List.of();

  @Option(
      names = "--into",
      required = true,
      paramLabel = "LABEL",
      description = "The label that they get: one of them, another, or a new one.")
  private String into;

  @Override
  public Outcome call() throws CommandException {
    try (LocalGallery opened = LocalGallery.open(gallery.folder())) {
      threshold.check(common, opened.info().settings().similarity());
      int changed = opened.mergeLabels(labels, into);
      String did = GalleryReport.counted(changed, "image") + " got the label '" + into + "'";
      threshold.applyAfterChange(common, gallery.folder(), opened, did);
      opened.flush();
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(did, Map.of("changed", changed)).with(threshold));
    }
  }
}
