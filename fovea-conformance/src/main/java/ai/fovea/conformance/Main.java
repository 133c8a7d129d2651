package ai.fovea.conformance;

import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.CaseResult.Outcome;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.GoldenRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs golden files through the real code: `conformance [--verbose] PATH…`, where a path is a file or a folder.
///
/// Each failing case is a line with case, expectation, result and place; each file whose format is not built yet, and each
/// case that is left out, a line with the reason. The failures are told once more at the end, where nobody has to look for
/// them among what is left out. The last line is `N passed, N failed, N skipped`. Exit status: 0 nothing failed, 1 something
/// failed, 2 wrong usage.
public final class Main {
  private final PrintStream out;
  private final boolean verbose;
  private final List<String> failures = new ArrayList<>();

  private Main(PrintStream out, boolean verbose) {
    this.out = out;
    this.verbose = verbose;
  }

  /// Runs the paths and ends the process.
  public static void main(String[] args) {
    System.exit(run(System.out, args));
  }

  /// Runs the paths in this process.
  ///
  /// @return the exit status
  static int run(PrintStream out, String... args) {
    List<String> names = new ArrayList<>(List.of(args));
    boolean verbose = names.removeIf(a -> a.equals("--verbose") || a.equals("-v"));
    if (names.isEmpty() || names.stream().anyMatch(n -> n.startsWith("-"))) {
      out.println("usage: conformance [--verbose] PATH...   (golden files, or folders of them)");
      return names.stream().anyMatch(n -> n.equals("--help") || n.equals("-h")) ? 0 : 2;
    }
    Main main = new Main(out, verbose);
    GoldenRun run = new GoldenRun(GoldenFormat.all(), main::tell);
    names.forEach(n -> run.path(Path.of(n)));
    main.failures.forEach(out::println);
    out.printf(
        "%d passed, %d failed, %d skipped%n",
        run.count(Outcome.PASSED), run.count(Outcome.FAILED), run.count(Outcome.SKIPPED));
    return run.count(Outcome.FAILED) > 0 ? 1 : 0;
  }

  private void tell(CaseResult result) {
    switch (result.outcome()) {
      case PASSED -> {
        if (verbose) {
          out.println("PASS " + result.name() + " (" + result.where() + ")");
        }
      }
      case FAILED -> {
        failures.add(
            "FAIL %s: expected %s, got %s (%s)"
                .formatted(
                    line(result.name()),
                    CaseFile.brief(result.expected()),
                    CaseFile.brief(result.got()),
                    result.where()));
        out.println(failures.getLast());
      }
      case SKIPPED ->
          out.printf(
              "SKIP %s: %s (%s)%n",
              line(result.name()), CaseFile.brief(result.expected()), result.where());
    }
  }

  private static String line(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }
}
