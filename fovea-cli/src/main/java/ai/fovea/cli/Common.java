package ai.fovea.cli;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command has: `--json`, `--debug`, `--help`, and where it writes.
///
/// Results go to standard output; problems and progress to standard error.
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // picocli sets the fields, and reads those for help
public final class Common {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print one JSON object for other programs instead of text.")
  private boolean json;

  @Option(names = "--debug", description = "Show where an error comes from.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /// Whether other programs read the result.
  public boolean json() {
    return json;
  }

  /// Whether errors are shown with their origin.
  public boolean debug() {
    return debug;
  }

  /// Where results go.
  public PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /// Tells of something that went wrong while the rest goes on.
  public void problem(String text) {
    tell("fovea: ", text);
  }

  /// Tells of something that was done, but that somebody should know of.
  public void warning(String text) {
    tell("fovea: warning: ", text);
  }

  /// Tells of something that was left alone on purpose.
  public void note(String text) {
    tell("fovea: note: ", text);
  }

  private void tell(String kind, String text) {
    spec.commandLine().getErr().println(kind + Failures.visible(text));
    spec.commandLine().getErr().flush();
  }

  /// Remarks for people; left out where a program reads.
  public void remark(String text) {
    if (!json) {
      out().println(text);
    }
  }

  /// Prints the result for programs; numbers that are not finite are `null`.
  public void print(Map<String, ? extends @Nullable Object> result) {
    out().println(Json.write(result));
  }

  /// Shows how far a longer piece of work is, where somebody watches.
  ///
  /// @param total how many steps there are
  public Progress progress(String task, int total) {
    return Progress.of(task, total, !json && Main.isWatched(spec.commandLine().getErr()));
  }

  /// An error in how the command was called: shown with the usage, and another exit status than a failure.
  public RuntimeException wrongUsage(String text) {
    return new picocli.CommandLine.ParameterException(spec.commandLine(), text);
  }
}
