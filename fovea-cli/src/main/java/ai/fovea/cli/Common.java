package ai.fovea.cli;

import ai.fovea.cli.options.Beside;
import ai.fovea.cli.text.Json;
import ai.fovea.cli.text.Progress;
import ai.fovea.cli.text.Table;
import ai.fovea.cli.text.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command has: `--json`, `--quiet`, `--verbose`, `--debug`, `--help`, and where it reads and writes.
///
/// Results go to standard output; problems and progress to standard error.
@SuppressWarnings({
  "NullAway.Init",
  "UnusedVariable"
}) // picocli sets the fields, and reads those for help
public final class Common {
  /// The options that may stand before the command too, with their long forms.
  static final Map<String, String> ANYWHERE =
      Map.of(
          "--json", "--json",
          "-q", "--quiet",
          "--quiet", "--quiet",
          "-v", "--verbose",
          "--verbose", "--verbose",
          "--debug", "--debug");

  /// Words of a command line with the options that every command has each on its own: `-qq`, and `--json=true`, which says no more than
  /// `--json`. What stands behind `--` is left as it is.
  static List<String> separated(List<String> words) {
    int end = words.contains("--") ? words.indexOf("--") : words.size();
    List<String> all = new ArrayList<>();
    words.subList(0, end).forEach(word -> all.addAll(separated(word)));
    all.addAll(words.subList(end, words.size()));
    return all;
  }

  private static List<String> separated(String word) {
    List<String> letters =
        word.matches("-[a-z]{2,}")
            ? word.substring(1).chars().mapToObj(c -> "-" + (char) c).toList()
            : List.of();
    String name = word.endsWith("=true") ? word.substring(0, word.indexOf('=')) : word;
    return !letters.isEmpty() && ANYWHERE.keySet().containsAll(letters)
        ? letters
        : List.of(ANYWHERE.containsKey(name) ? name : word);
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print one JSON object for other programs instead of text.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print results and errors only.")
  @Beside(not = "--verbose")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell on standard error what is done, with seconds since the start.")
  private boolean verbose;

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

  /// Standard input, of which a command line says `-`.
  public InputStream in() {
    return call().in();
  }

  /// What belongs to this call of the program alone.
  public Invocation call() {
    return spec.root().userObject() instanceof Fovea fovea
        ? fovea.call()
        : new Invocation(InputStream.nullInputStream());
  }

  /// The options that a command has, if it has them.
  static Optional<Common> of(CommandLine command) {
    return command.getCommandSpec().mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(Common.class::isInstance)
        .map(Common.class::cast)
        .findFirst();
  }

  /// Tells of something that went wrong while the rest goes on.
  public void problem(String text) {
    call().told(text);
    tell("fovea: ", text);
  }

  /// Tells of something that was done, but that somebody should know of; not with `--quiet`.
  public void warning(String text) {
    if (!quiet) {
      tell("fovea: warning: ", text);
    }
  }

  /// Tells of something that was left alone on purpose; not with `--quiet`.
  public void note(String text) {
    if (!quiet) {
      tell("fovea: note: ", text);
    }
  }

  /// Tells what is being done, where `--verbose` asks for it.
  public void verbose(String text) {
    if (verbose) {
      tell(String.format(Locale.ROOT, "fovea: %7.3f s  ", call().seconds()), text);
    }
  }

  private void tell(String kind, String text) {
    spec.commandLine().getErr().println(kind + Failures.visible(text));
    spec.commandLine().getErr().flush();
  }

  /// Remarks for people; left out where a program reads, and with `--quiet`.
  public void remark(String text) {
    if (!json && !quiet) {
      out().println(text);
    }
  }

  /// Prints the result for programs; numbers that are not finite are `null`.
  public void print(Map<String, ? extends @Nullable Object> result) {
    String document = Json.write(result);
    call().print(() -> out().println(document));
  }

  /// Prints a table for people; on a terminal as wide as that is, and in colour where that is wanted. Elsewhere as wide as `COLUMNS`
  /// says, else as wide as its cells.
  public void print(Table table) {
    boolean watched = Main.isWatched(out());
    out()
        .print(
            table.render(
                watched ? Terminal.columns() : Terminal.wantedColumns(),
                watched && CommandLine.Help.Ansi.AUTO.enabled()));
  }

  /// Shows how far a longer piece of work is, where somebody watches.
  ///
  /// @param total how many steps there are
  public Progress progress(String task, int total) {
    verbose(task + ": " + total);
    boolean watched = !json && !quiet && Main.isWatched(spec.commandLine().getErr());
    return Progress.of(task, total, watched, () -> verbose(task + ": done"));
  }

  /// An error in how the command was called: shown with the usage, and another exit status than a failure.
  public RuntimeException wrongUsage(String text) {
    return new picocli.CommandLine.ParameterException(spec.commandLine(), text);
  }
}
