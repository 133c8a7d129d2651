package ai.fovea.cli;

import java.io.IOException;

/// A command can't go on; the message is one line for people.
public final class CommandException extends IOException {
  private static final long serialVersionUID = 1L;

  /// With a message that says what was expected, what there is, and what to do.
  public CommandException(String message) {
    super(message);
  }
}
