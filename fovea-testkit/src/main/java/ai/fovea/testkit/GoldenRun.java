package ai.fovea.testkit;

import ai.fovea.testkit.CaseResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs golden files, or folders of them, and counts how their cases came out.
///
/// A file that can't be read, is damaged or claimed by two forms is a case that failed; one that no form accepts, a case that was skipped. Neither keeps the
/// others from being run. For one thread.
public final class GoldenRun {
  private static final String ENDINGS = ".*\\.(json|jsonl)(\\.gz)?";
  private static final String LINES = ".*\\.jsonl(\\.gz)?";

  private final List<GoldenFormat> formats;
  private final Consumer<CaseResult> sink;
  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);

  /// A run that has run nothing yet.
  ///
  /// @param formats the forms that are known
  /// @param sink gets each result as soon as it is there
  /// @throws IllegalArgumentException where no form is known: nothing could fail
  public GoldenRun(List<GoldenFormat> formats, Consumer<CaseResult> sink) {
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("no form of golden files is on the class path");
    }
    this.formats = List.copyOf(formats);
    this.sink = sink;
  }

  /// Runs a file, or the golden files in a folder and those below it.
  public void path(Path path) {
    try {
      List<Path> all = files(path);
      if (all.isEmpty()) {
        tell(CaseResult.skipped(path.toString(), "no golden files in it", path.toString()));
      }
      all.forEach(this::file);
    } catch (IOException e) {
      tell(CaseResult.failed(path.toString(), "files", "can't be read: " + e, path.toString()));
    }
  }

  /// How many cases came out like this so far.
  public int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /// The file `path` itself, or the golden files below the folder, in the order of their names.
  ///
  /// @throws IOException where there is no such file or folder, or it can't be read
  public static List<Path> files(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> f.equals(path) || f.getFileName().toString().matches(ENDINGS))
          .sorted()
          .toList();
    }
  }

  /// The form of a file; empty where none of the known ones accepts it, or its subject is not built yet.
  ///
  /// @throws IllegalArgumentException where several forms accept it
  public Optional<GoldenFormat> format(Path file) {
    return Later.of(file).isPresent() ? Optional.empty() : format(file, content(file));
  }

  private Optional<GoldenFormat> format(Path file, JsonNode content) {
    List<GoldenFormat> claims = formats.stream().filter(f -> f.accepts(file, content)).toList();
    if (claims.size() > 1) {
      throw new IllegalArgumentException(
          "claimed by several forms: "
              + claims.stream().map(GoldenFormat::name).collect(Collectors.joining(", ")));
    }
    return claims.stream().findFirst();
  }

  private static boolean hasLines(Path file) {
    return file.getFileName().toString().matches(LINES);
  }

  private static JsonNode content(Path file) {
    if (!hasLines(file)) {
      return CaseFile.read(file);
    }
    var first = JsonMapper.shared().createArrayNode();
    GoldenFile.first(file).ifPresent(first::add);
    return first;
  }

  private void file(Path file) {
    try {
      var later = Later.of(file);
      if (later.isPresent()) {
        tell(CaseResult.skipped(shortened(file), later.get(), file.toString()));
        return;
      }
      JsonNode content = content(file);
      var format = format(file, content);
      if (format.isPresent()) {
        format.get().run(file, this::tell);
      } else {
        notBuilt(
            file, hasLines(file) ? GoldenFile.records(file).size() : content.path("cases").size());
      }
    } catch (IOException | RuntimeException e) {
      // A file that is cut short, or a form that does not expect what it finds: never the end of
      // the others.
      boolean damaged = e instanceof JacksonException || e.getCause() instanceof IOException;
      tell(
          CaseResult.failed(
              file.getFileName().toString(),
              damaged ? "a golden file" : "no error",
              CaseFile.brief(e),
              file.toString()));
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
    sink.accept(result);
  }
}
