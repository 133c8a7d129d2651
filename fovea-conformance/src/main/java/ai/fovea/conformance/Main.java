package ai.fovea.conformance;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.CaseResult.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Runs golden files through the real code: `conformance [--verbose] PATH…`, where a path is a file or a folder.
///
/// Each failing case is a line with case, expectation, result and place; each file whose format is not built yet, and each
/// case that is left out, a line with the reason. The failures are told once more at the end, where nobody has to look for
/// them among what is left out. The last line is `N passed, N failed, N skipped`. Exit status: 0 nothing failed, 1 something
/// failed, 2 wrong usage.
public final class Main {
  private static final String ENDINGS = ".*\\.(json|jsonl)(\\.gz)?";

  private final PrintStream out;
  private final boolean verbose;
  private final Map<Outcome, Integer> counts = new TreeMap<>();
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
    names.forEach(n -> main.path(Path.of(n)));
    main.failures.forEach(out::println);
    out.printf(
        "%d passed, %d failed, %d skipped%n",
        main.count(Outcome.PASSED), main.count(Outcome.FAILED), main.count(Outcome.SKIPPED));
    return main.count(Outcome.FAILED) > 0 ? 1 : 0;
  }

  private int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  private void path(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> all =
          files
              .filter(Files::isRegularFile)
              .filter(f -> f.equals(path) || f.getFileName().toString().matches(ENDINGS))
              .sorted()
              .toList();
      if (all.isEmpty()) {
        tell(CaseResult.skipped(path.toString(), "no golden files in it", path.toString()));
      }
      all.forEach(this::file);
    } catch (IOException e) {
      tell(CaseResult.failed(path.toString(), "files", "can't be read: " + e, path.toString()));
    }
  }

  private void file(Path file) {
    String name = file.getFileName().toString();
    try {
      var later = Later.of(file);
      if (later.isPresent()) {
        tell(CaseResult.skipped(shortened(file), later.get(), file.toString()));
        return;
      }
      if (name.matches(".*\\.jsonl(\\.gz)?")) {
        lines(file);
        return;
      }
      JsonNode content = CaseFile.read(file);
      var format = Format.of(file, content);
      if (format.isPresent()) {
        format.get().runner().run(file, this::tell);
      } else {
        notBuilt(file, content.path("cases").size());
      }
    } catch (IOException | RuntimeException e) {
      // A file that is cut short, or a runner that does not expect what it finds: never the end of
      // the others.
      boolean damaged = e instanceof JacksonException || e.getCause() instanceof IOException;
      tell(
          CaseResult.failed(
              name, damaged ? "a golden file" : "no error", CaseFile.brief(e), file.toString()));
    }
  }

  private void lines(Path file) {
    if (ArchCases.reads(file)) {
      ArchCases.run(file, this::tell);
    } else {
      notBuilt(file, ai.fovea.testkit.GoldenFile.records(file).size());
    }
  }

  private void notBuilt(Path file, int cases) {
    tell(
        CaseResult.skipped(
            shortened(file),
            "this kind of file is not run yet" + (cases > 0 ? " (" + cases + " cases)" : ""),
            file.toString()));
  }

  private static String shortened(Path file) {
    return file.subpath(Math.max(0, file.getNameCount() - 2), file.getNameCount()).toString();
  }

  private void tell(CaseResult result) {
    counts.merge(result.outcome(), 1, Integer::sum);
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
