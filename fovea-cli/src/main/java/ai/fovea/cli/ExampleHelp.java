package ai.fovea.cli;

import ai.fovea.cli.text.TextWidth;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/// Help whose examples stay on one line each, so that they can be pasted; a terminal that is narrower breaks them without harm.
final class ExampleHelp extends Help {
  private static final String PROGRAM = "fovea ";

  ExampleHelp(CommandSpec spec, ColorScheme colours) {
    super(spec, colours);
  }

  @Override
  public String footer(Object... params) {
    List<String> lines = new ArrayList<>();
    int columns = commandSpec().usageMessage().width();
    for (String line : commandSpec().usageMessage().footer()) {
      lines.addAll(line.contains(PROGRAM) ? List.of(line) : TextWidth.wrap(line, columns));
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
