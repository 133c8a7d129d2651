package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.train.TrainingCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// What stands for the training commands says what they say themselves.
class TrainingElsewhereTest {
  static Stream<List<String>> commands() {
    return TrainingElsewhere.COMMANDS.stream();
  }

  @Test
  void everyCommandIsStoodFor() {
    assertThat(TrainingElsewhere.COMMANDS.stream().map(List::getFirst))
        .containsExactlyInAnyOrderElementsOf(
            new TrainingCommands()
                .commands().stream().map(c -> new CommandLine(c).getCommandName()).toList());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theDescriptionIsTheCommandsOwn(List<String> command) {
    CommandLine real = Main.commandLine().getSubcommands().get(command.getFirst());
    Object shown = real.getCommand();
    assertThat(shown).isNotInstanceOf(TrainingElsewhere.class);
    assertThat(real.getCommandSpec().usageMessage().description()[0]).isEqualTo(command.getLast());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void wrongUsageEndsWithTwo(List<String> command) {
    for (List<String> words :
        List.of(
            List.of(command.getFirst()),
            List.of(command.getFirst(), "--no-such-option"),
            List.of(command.getFirst(), "-o"),
            List.of(command.getFirst(), "-o", "", "x.yaml"),
            List.of(command.getFirst(), "--quiet", "--verbose", "x.yaml"))) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int status =
          Main.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
      assertThat(status).as("%s: %s", words, err).isEqualTo(2);
      assertThat(out.toString()).isEmpty();
    }
  }
}
