package ai.fovea.testkit;

import ai.fovea.testkit.CaseResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;

/// What a module's test calls to run all shared golden files of the module's own forms.
///
/// A module's tests see just the forms that the module registers, so these are its own.
public final class GoldenSuite {
  private static final String FOLDER = "golden";

  private GoldenSuite() {}

  /// Runs the shared golden files of all registered forms.
  ///
  /// @param least for each form by its name, how many cases must pass at least
  /// @param elsewhere names of the registered forms that another test of the module runs
  /// @throws TestAbortedException where this machine has no golden files
  /// @throws AssertionError where a case fails, fewer pass, or forms are registered that neither argument names
  public static void check(Map<String, Integer> least, String... elsewhere) {
    check(Shared.path(FOLDER), GoldenFormat.all(), least, elsewhere);
  }

  /// Runs the golden files below `root`.
  static void check(
      Path root, List<GoldenFormat> registered, Map<String, Integer> least, String... elsewhere) {
    Set<String> named = new HashSet<>(least.keySet());
    named.addAll(List.of(elsewhere));
    List<String> names = registered.stream().map(GoldenFormat::name).toList();
    if (names.size() != named.size() || !named.containsAll(names)) {
      throw new AssertionError("registered are the forms " + names + ", and tested " + named);
    }
    only(root, registered, least);
  }

  /// Runs the shared golden files of some registered forms, and leaves the others out.
  ///
  /// @param least for each form by its name, how many cases must pass at least
  /// @throws TestAbortedException where this machine has no golden files
  /// @throws AssertionError where a case fails, or fewer pass
  public static void only(Map<String, Integer> least) {
    only(Shared.path(FOLDER), GoldenFormat.all(), least);
  }

  private static void only(Path root, List<GoldenFormat> registered, Map<String, Integer> least) {
    List<Counted> counted =
        registered.stream()
            .filter(f -> least.containsKey(f.name()))
            .map(f -> new Counted(f, new ArrayList<>()))
            .toList();
    List<String> wrong = new ArrayList<>();
    Consumer<CaseResult> failures =
        r -> {
          if (r.outcome() == Outcome.FAILED) {
            wrong.add(
                "%s: expected %s, got %s (%s)"
                    .formatted(r.name(), r.expected(), r.got(), r.where()));
          }
        };
    new GoldenRun(List.copyOf(counted), failures).path(root);
    Map<String, Long> passed =
        counted.stream().collect(Collectors.toMap(Counted::name, Counted::passed));
    least.forEach((form, cases) -> {
      if (cases < 1) {
        throw new IllegalArgumentException(form + ": a test that needs no case can't fail");
      }
      long got = passed.getOrDefault(form, 0L);
      if (got < cases) {
        wrong.add("%s: %d cases passed, at least %d were to".formatted(form, got, cases));
      }
    });
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong.size() + " failures\n" + String.join("\n", wrong));
    }
  }

  /// A form that keeps its results.
  private record Counted(GoldenFormat format, Collection<CaseResult> results)
      implements GoldenFormat {
    @Override
    public String name() {
      return format.name();
    }

    @Override
    public boolean accepts(Path file, JsonNode content) {
      return format.accepts(file, content);
    }

    @Override
    public void run(Path file, Consumer<CaseResult> sink) throws IOException {
      format.run(file, sink.andThen(results::add));
    }

    long passed() {
      return results.stream().filter(r -> r.outcome() == Outcome.PASSED).count();
    }
  }
}
