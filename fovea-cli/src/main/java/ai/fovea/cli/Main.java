package ai.fovea.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/// The program `fovea`. Exit status: 0 done, 1 failed (at least in part), 2 called in a wrong way.
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /// Runs a command and ends the process.
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out, "stdout.encoding");
    PrintWriter err = writer(FileDescriptor.err, "stderr.encoding");
    int status = run(out, err, args);
    out.flush();
    err.flush();
    if (out.checkError() && status == DONE) {
      status = FAILED; // a full disk behind `>`, or a closed pipe
    }
    System.exit(status);
  }

  /// Runs a command in this process.
  ///
  /// @return the exit status
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = commandLine().setOut(out).setErr(err);
    int status = line.execute(args);
    out.flush();
    err.flush();
    return status == DONE && outcome(line) == Outcome.INCOMPLETE ? FAILED : status;
  }

  /// The program with all commands that are on the class path.
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Fovea());
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(line::addSubcommand);
    }
    return line.setParameterExceptionHandler(
            (e, _) -> {
              CommandLine command = e.getCommandLine();
              command.getErr().println("fovea: " + Failures.line(String.valueOf(e.getMessage())));
              CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
              command
                  .getErr()
                  .println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
              return WRONG_USAGE;
            })
        .setExecutionExceptionHandler((e, command, _) -> {
          command.getErr().println("fovea: " + Failures.describe(e));
          if (debug(command)) {
            e.printStackTrace(command.getErr());
          }
          return FAILED;
        })
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100);
  }

  /// Whether somebody sees what is written as it is written.
  static boolean isWatched(PrintWriter err) {
    return err instanceof Standard
        && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  private static boolean debug(CommandLine command) {
    return command.getCommandSpec().mixins().values().stream()
        .anyMatch(m -> m.userObject() instanceof Common common && common.debug());
  }

  private static @Nullable Object outcome(CommandLine line) {
    ParseResult parsed = line.getParseResult();
    if (parsed == null) {
      return null;
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return parsed.commandSpec().commandLine().getExecutionResult();
  }

  /// A standard stream of the process.
  private static final class Standard extends PrintWriter {
    Standard(OutputStream stream, Charset charset) {
      super(new OutputStreamWriter(stream, charset), true);
    }
  }

  /// Labels and file names may hold any character: a locale that says "ASCII" is taken as "not set".
  private static PrintWriter writer(FileDescriptor stream, String property) {
    Charset said = Charset.forName(System.getProperty(property, "UTF-8"));
    return new Standard(
        new FileOutputStream(stream),
        said.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : said);
  }
}
