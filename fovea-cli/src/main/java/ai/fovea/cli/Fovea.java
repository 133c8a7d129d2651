package ai.fovea.cli;

import ai.fovea.cli.demo.DemoCommand;
import ai.fovea.cli.gallery.GalleryCommand;
import ai.fovea.cli.recognize.PredictCommand;
import ai.fovea.cli.recognize.RecognizeCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The command above all others.
@Command(
    name = "fovea",
    description =
        "Finds out what images show: by a gallery of labelled images, or by a classifier.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      PredictCommand.class,
      GalleryCommand.class,
      RecognizeCommand.class,
      ModelsCommand.class,
      HelpCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Example: fovea demo",
      "Each command has --help, with an example of its own: fovea help COMMAND.",
      "--json, --quiet (-q), --verbose (-v) and --debug go with every command, before it or behind"
          + " it.",
      "What is needed for training is fetched the first time that train, eval, infer, export or"
          + " check is called.",
      "Completion by TAB, in bash (zsh: ~/.zshrc):",
      "  fovea completion bash > ~/.fovea-completion && echo '. ~/.fovea-completion' >> ~/.bashrc"
    })
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // picocli sets the fields, and reads those for help
public final class Fovea implements Runnable {
  private final Invocation call;
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

  Fovea(Invocation call) {
    this.call = call;
  }

  /// The call of the program that this command line belongs to.
  Invocation call() {
    return call;
  }

  @Override
  public void run() {
    throw new CommandMissing(spec.commandLine());
  }
}
