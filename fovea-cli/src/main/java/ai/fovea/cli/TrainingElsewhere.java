package ai.fovea.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Stands for the commands of `fovea-cli-train` where that is not on the class path, so that help lists them all the same;
/// the launcher puts it there for those who call one of them.
@Command(
    footer = {"", "Example: fovea train -c recipe.yaml", "Its options: fovea train --help"},
    mixinStandardHelpOptions = false)
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets the fields
final class TrainingElsewhere implements Callable<Outcome> {
  /// Names with the descriptions that the commands have themselves (a test compares them).
  static final List<List<String>> COMMANDS =
      List.of(
          List.of("train", "Trains a network as a PaddleClas configuration says."),
          List.of(
              "eval", "Measures how well a model finds images of the same label (recall@k, mAP)."));

  @Mixin private final Common common = new Common();
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", hidden = true)
  private List<String> rest = List.of();

  /// Adds those that are not there.
  static void addTo(CommandLine line) {
    for (List<String> command : COMMANDS) {
      String name = command.getFirst();
      if (!line.getSubcommands().containsKey(name)) {
        var stand = new CommandLine(new TrainingElsewhere());
        stand.getCommandSpec().usageMessage().description(command.getLast());
        stand.setUnmatchedOptionsArePositionalParams(true);
        stand
            .getCommandSpec()
            .usageMessage()
            .footer(
                "",
                "Example: fovea " + name + " -c recipe.yaml",
                "All options of this command come with the library fovea-cli-train, which the"
                    + " launcher adds.");
        line.addSubcommand(name, stand);
      }
    }
  }

  @Override
  public Outcome call() throws CommandException {
    throw new CommandException(
        spec.name()
            + ": this command comes with the library fovea-cli-train, which is not on the class"
            + " path; call it by the launcher, which adds it");
  }
}
