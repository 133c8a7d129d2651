package ai.fovea.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The command above all others.
@Command(
    name = "fovea",
    description =
        "Finds out what pictures show: by a gallery of labelled pictures, or by a classifier.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      PredictCommand.class,
      GalleryCommand.class,
      RecognizeCommand.class,
      ModelsCommand.class
    },
    footer = {
      "",
      "The launcher adds train, eval and export, and fetches what they need the first time.",
      "",
      "Example: fovea demo",
      "Each command has --help with an example of its own."
    })
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // picocli sets the fields, and reads those for help
final class Fovea implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "which command? One of " + spec.subcommands().keySet());
  }
}
