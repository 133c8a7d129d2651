package ai.fovea.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `fovea help`: the help of any command.
@Command(
    name = "help",
    description = "Shows the help of a command.",
    footer = {"", "Example: fovea help gallery build"})
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets the fields
final class HelpCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command's words.")
  private List<String> words = List.of();

  @Override
  public Outcome call() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            command,
            "there is no command '%s'; there are: %s"
                .formatted(word, String.join(", ", command.getSubcommands().keySet())));
      }
      command = next;
    }
    command.usage(common.out());
    return Outcome.DONE;
  }
}
