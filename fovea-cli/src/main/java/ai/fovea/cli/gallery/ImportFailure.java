package ai.fovea.cli.gallery;

import ai.fovea.base.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// An image that was not taken.
///
/// @param image its file; empty where a line names none
/// @param label its label; empty where that is missing
/// @param problem why, for people
public record ImportFailure(String image, String label, String problem) {

  /// Writes failures as a table: `image,label,problem`, UTF-8, as RFC 4180 has it.
  static void write(List<ImportFailure> failures, Path file) throws IOException {
    StringBuilder text = new StringBuilder("image,label,problem\r\n");
    for (ImportFailure f : failures) {
      text.append(cell(f.image))
          .append(',')
          .append(cell(f.label))
          .append(',')
          .append(cell(f.problem))
          .append("\r\n");
    }
    AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// Writes a report.
  @FunctionalInterface
  public interface Writing {
    void write() throws IOException;
  }

  /// Writes the report of a command that failed; that it can't be written, perhaps for the same reason, does not hide the failure.
  ///
  /// @return the failure
  public static <E extends Exception> E withReport(E failure, Writing report) {
    try {
      report.write();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static String cell(String text) {
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
