package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandMissing;
import ai.fovea.cli.Common;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `fovea gallery`: keeps galleries of labelled images.
@Command(
    name = "gallery",
    description = "Builds and changes galleries of labelled images.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GalleryBuild.class,
      GalleryAdd.class,
      GalleryUpdate.class,
      GalleryRemove.class,
      GalleryRename.class,
      GalleryMerge.class,
      GalleryDedupe.class,
      GalleryList.class,
      GalleryFind.class,
      GalleryInfoCommand.class,
      GalleryCalibrate.class,
      GalleryEval.class,
      GalleryReembed.class,
      GalleryImport.class,
      GalleryExport.class,
      GalleryVerify.class,
      GalleryCompact.class
    },
    footer = {"", "Example: fovea gallery build my-gallery photos/"})
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // picocli sets the fields, and reads those for help
public final class GalleryCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private final Common common = new Common();

  @Override
  public void run() {
    throw new CommandMissing(spec.commandLine());
  }
}
