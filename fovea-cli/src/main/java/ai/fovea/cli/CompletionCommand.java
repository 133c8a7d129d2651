package ai.fovea.cli;

import ai.fovea.cli.options.Choices;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `fovea completion`: a script by which a shell completes commands and options.
@Command(
    name = "completion",
    description = "Prints a script by which the shell completes commands and options.",
    footer = {
      "",
      "Example: fovea completion bash > ~/.fovea-completion",
      "then, once: echo '. ~/.fovea-completion' >> ~/.bashrc",
      "In zsh: fovea completion zsh > ~/.fovea-completion",
      "then, once: echo '. ~/.fovea-completion' >> ~/.zshrc"
    })
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets the fields
final class CompletionCommand implements Callable<Outcome> {
  /// Shells that can be asked for.
  enum Shell {
    BASH,
    ZSH
  }

  @Mixin private final Common common = new Common();
  @Spec private CommandSpec spec;

  /// The shells as they are typed.
  static final class Shells extends Choices {
    Shells() {
      super(Shell.values());
    }
  }

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = Shells.class,
      description = "bash or zsh.")
  private Shell shell;

  @Override
  public Outcome call() {
    // One script serves both shells: under zsh it loads the functions that understand bash's.
    common.out().print(AutoComplete.bash("fovea", spec.root().commandLine()));
    return Outcome.DONE;
  }
}
