package ai.fovea.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// A form of golden file, and how its cases are run. Files are known by their content, so they may have any name.
///
/// Forms lie among the tests of the module whose code they exercise, and are found by [ServiceLoader]: each has a public constructor without parameters and a line in
/// `META-INF/services/ai.fovea.testkit.GoldenFormat`. They exclude each other, whatever the order in which they are found: a
/// file that two of them accept is run by neither ([GoldenRun]).
public interface GoldenFormat {
  /// The form's name for people; no two forms share one.
  String name();

  /// Whether a file has this form.
  ///
  /// @param content the file's JSON value; of a file of one record a line (`.jsonl`), an array of the first record
  boolean accepts(Path file, JsonNode content);

  /// Runs a file that has this form, and hands each result on as soon as it is there.
  ///
  /// @throws IOException where files that the cases name can't be read
  void run(Path file, Consumer<CaseResult> sink) throws IOException;

  /// All forms on the class path.
  static List<GoldenFormat> all() {
    return ServiceLoader.load(GoldenFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
