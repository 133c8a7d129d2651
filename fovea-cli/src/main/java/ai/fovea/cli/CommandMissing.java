package ai.fovea.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// A command that only groups others was called without one of them: its help follows.
public final class CommandMissing extends ParameterException {
  private static final long serialVersionUID = 1L;

  public CommandMissing(CommandLine command) {
    super(command, "which command?");
  }
}
