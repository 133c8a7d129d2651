package ai.fovea.cli;

import ai.fovea.cli.options.OptionChecks;
import ai.fovea.cli.text.ReportingOutput;
import ai.fovea.cli.text.Terminal;
import ai.fovea.config.ConfigException;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program `fovea`. Exit status: 0 done, 1 failed (at least in part), 2 called in a wrong way.
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static final int NARROWEST_HELP = 55;
  private static final Pattern CHOICES =
      Pattern.compile("expected one of \\[([A-Z_0-9, ]+)\\](?: \\(case-insensitive\\))?");

  private Main() {}

  /// Runs a command and ends the process.
  public static void main(String[] args) {
    var results = new ReportingOutput(new FileOutputStream(FileDescriptor.out));
    PrintWriter out = writer(results, "stdout.encoding");
    PrintWriter err = writer(new FileOutputStream(FileDescriptor.err), "stderr.encoding");
    VectorModule.addWhereAskedFor()
        .ifPresent(
            why -> err.println("fovea: warning: searches take longer than they could: " + why));
    Invocation call = new Invocation(new FileInputStream(FileDescriptor.in));
    Signals.answer(status -> {
      call.interrupted(status, s -> tellInterrupted(call, out, err, s, args));
      clear(call, err);
    });
    int status = run(call, out, err, args);
    out.flush();
    if (out.checkError()) { // a full disk behind `>`, or a closed pipe
      results.problem().ifPresent(why -> tell(err, List.of(why)));
      status = status == DONE ? FAILED : status;
    }
    err.flush();
    call.end();
    System.exit(status);
  }

  private static void clear(Invocation call, PrintWriter err) {
    try {
      call.clear();
    } catch (IOException e) {
      tell(err, Failures.findings(e));
    }
  }

  private static void tellInterrupted(
      Invocation call, PrintWriter out, PrintWriter err, int status, String... args) {
    var findings = List.of("interrupted before it was done; what was told as done is kept");
    tell(err, findings);
    err.flush();
    if (isJsonWanted(args)) {
      call.printError(out, findings, status);
    }
  }

  /// Runs a command in this process, with nothing on its standard input.
  ///
  /// @return the exit status
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(InputStream.nullInputStream(), out, err, args);
  }

  /// Runs a command in this process.
  ///
  /// @param in its standard input, read where the command line says `-`; not closed
  /// @return the exit status
  public static int run(InputStream in, PrintWriter out, PrintWriter err, String... args) {
    return run(new Invocation(in), out, err, args);
  }

  private static int run(Invocation call, PrintWriter out, PrintWriter err, String... args) {
    boolean json = isJsonWanted(args);
    CommandLine line = commandLine(call).setOut(out).setErr(err);
    line.setParameterExceptionHandler((e, _) -> wrongUsage(e, call, json));
    line.setExecutionStrategy(parsed -> {
      leaf(line).ifPresent(OptionChecks::check);
      return new CommandLine.RunLast().execute(parsed);
    });
    line.setExecutionExceptionHandler((e, command, _) -> failed(e, command, call, json));
    int status;
    try {
      status = line.execute(ordered(line, args));
      status = status == DONE && outcome(line) == Outcome.INCOMPLETE ? FAILED : status;
      verbose(line, status);
    } catch (Error e) { // out of memory, or a library that is not there
      status = failed(e, line, call, json);
    } finally {
      clear(call, err);
    }
    out.flush();
    err.flush();
    return status;
  }

  /// The words with the options that every command has behind the command, where they stand before it.
  static String[] ordered(CommandLine program, String... said) {
    String[] args = Common.separated(List.of(said)).toArray(String[]::new);
    List<String> words = new ArrayList<>();
    List<String> options = new ArrayList<>();
    CommandLine at = program;
    int i = 0;
    for (; i < args.length; i++) {
      CommandLine next = at.getSubcommands().get(args[i]);
      if (next != null) {
        words.add(args[i]);
        at = next;
      } else if (Common.ANYWHERE.containsKey(args[i]) && !at.getSubcommands().isEmpty()) {
        options.add(args[i]);
      } else {
        break;
      }
    }
    if (Common.of(at).isPresent()) {
      words.addAll(options);
    }
    words.addAll(Arrays.asList(args).subList(i, args.length));
    return once(words).toArray(String[]::new);
  }

  /// The words with each option that every command has at most once: saying it twice means the same.
  private static List<String> once(List<String> words) {
    int end = words.contains("--") ? words.indexOf("--") : words.size();
    Set<String> said = new HashSet<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean everywhere = i < end && Common.ANYWHERE.containsKey(word);
      if (!everywhere || said.add(Common.ANYWHERE.get(word))) {
        all.add(word);
      }
    }
    return all;
  }

  /// The program with all commands that are on the class path.
  static CommandLine commandLine() {
    return commandLine(new Invocation(InputStream.nullInputStream()));
  }

  private static CommandLine commandLine(Invocation call) {
    CommandLine line = new CommandLine(new Fovea(call));
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(line::addSubcommand);
    }
    TrainingElsewhere.addTo(line);
    return line.setHelpFactory(ExampleHelp::new)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(helpWidth(Terminal.columns()));
  }

  /// How wide help is set in a terminal: picocli refuses less than its least width.
  static int helpWidth(int columns) {
    return Math.max(NARROWEST_HELP, columns);
  }

  /// Whether somebody sees what is written as it is written.
  static boolean isWatched(PrintWriter stream) {
    return stream instanceof Standard
        && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  private static int wrongUsage(ParameterException e, Invocation call, boolean json) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    List<String> findings =
        unknownCommand(e)
            .map(List::of)
            .orElseGet(() -> Failures.lines(inWords(String.valueOf(e.getMessage()))));
    tell(err, findings);
    if (e instanceof CommandMissing) {
      command.usage(err);
    } else {
      UnmatchedArgumentException.printSuggestions(e, err);
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    document(command, call, json, findings, WRONG_USAGE);
    return WRONG_USAGE;
  }

  /// What picocli calls an unmatched argument is, where a command was expected, a command that there is not.
  private static Optional<String> unknownCommand(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
            && !e.getCommandLine().getSubcommands().isEmpty()
        ? unmatched.getUnmatched().stream()
            .findFirst()
            .filter(word -> !word.startsWith("-"))
            .map(word -> "there is no command '" + word + "'")
        : Optional.empty();
  }

  /// picocli names types of Java.
  private static String inWords(String text) {
    return Failures.plain(text)
        .replaceAll("is not an? (?:int|long|short|byte)\\b", "is not a whole number")
        .replaceAll("is not an? (?:double|float)\\b", "is not a number")
        .replaceAll(
            "option '([^']+)'(?: \\(.*\\))? should be specified only once",
            "$1 stands twice on the command line")
        .transform(Main::choices);
  }

  /// The choices of an option as they are typed.
  private static String choices(String text) {
    return CHOICES
        .matcher(text)
        .replaceAll(m -> {
          List<String> words = List.of(m.group(1).toLowerCase(Locale.ROOT).split(", "));
          int last = words.size() - 1;
          return "expected "
              + (last == 0
                  ? words.getFirst()
                  : String.join(", ", words.subList(0, last)) + " or " + words.getLast());
        });
  }

  private static int failed(Throwable e, CommandLine command, Invocation call, boolean json) {
    List<String> findings = Failures.findings(e);
    tell(command.getErr(), findings);
    if (Common.of(command).map(Common::debug).orElse(false)) {
      e.printStackTrace(command.getErr());
    }
    int status =
        e instanceof ConfigException c && concernsOption(c, command) ? WRONG_USAGE : FAILED;
    document(command, call, json, findings, status);
    return status;
  }

  /// Whether something is wrong with a value that an option of the command line gave, rather than with a file.
  private static boolean concernsOption(ConfigException e, CommandLine command) {
    ParseResult parsed = command.getParseResult();
    List<String> options =
        parsed == null ? List.of() : parsed.matchedOptionValue("--override", List.of());
    return options.stream()
        .map(option -> option.replaceFirst("=.*", ""))
        .anyMatch(key ->
            e.problems().stream()
                .anyMatch(p ->
                    p.startsWith("-o " + key)
                        || p.startsWith(key + ":")
                        || p.startsWith(key + ".")));
  }

  private static void tell(PrintWriter err, List<String> findings) {
    findings.forEach(f -> err.println("fovea: " + Failures.visible(f)));
  }

  /// The one document for programs, in place of the result that there will not be.
  private static void document(
      CommandLine command, Invocation call, boolean json, List<String> findings, int status) {
    if (json) {
      call.printError(command.getOut(), findings, status);
    }
  }

  /// Whether programs read the answer; also where the command line can't be understood otherwise.
  private static boolean isJsonWanted(String... args) {
    return Common.separated(List.of(args)).stream()
        .takeWhile(a -> !a.equals("--"))
        .anyMatch("--json"::equals);
  }

  private static void verbose(CommandLine line, int status) {
    leaf(line)
        .flatMap(Common::of)
        .ifPresent(common -> common.verbose("done, exit status " + status));
  }

  private static @Nullable Object outcome(CommandLine line) {
    return leaf(line).map(CommandLine::<Object>getExecutionResult).orElse(null);
  }

  /// The command that was asked for, below all others.
  private static Optional<CommandLine> leaf(CommandLine line) {
    ParseResult parsed = line.getParseResult();
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return Optional.ofNullable(parsed).map(p -> p.commandSpec().commandLine());
  }

  /// A standard stream of the process.
  private static final class Standard extends PrintWriter {
    Standard(OutputStream stream, Charset charset) {
      super(new OutputStreamWriter(stream, charset), true);
    }
  }

  /// Labels and file names may hold any character: a locale that says "ASCII" is taken as "not set".
  private static PrintWriter writer(OutputStream stream, String property) {
    Charset said = Charset.forName(System.getProperty(property, "UTF-8"));
    return new Standard(
        stream, said.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : said);
  }
}
