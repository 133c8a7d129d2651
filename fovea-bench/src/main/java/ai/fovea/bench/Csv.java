package ai.fovea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Rows of a comparison as a table that grows from run to run, each with machine, commit and time.
final class Csv {
  private static final String HEAD =
      "time,commit,processor,cores,work,metric,unit,threads,settings,peer,fovea,theirs,ratio,rounds";

  private Csv() {}

  /// Adds rows; writes the head where the file is new.
  static void append(Path file, List<Comparison.Row> rows) throws IOException {
    var lines = new ArrayList<String>();
    if (!Files.exists(file)) {
      lines.add(HEAD);
    }
    String run =
        String.join(
            ",",
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            Optional.ofNullable(System.getenv("FOVEA_COMMIT")).orElse("unknown"),
            quoted(processor()),
            String.valueOf(Runtime.getRuntime().availableProcessors()));
    for (Comparison.Row row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%d,%s,%s,%.4f,%.4f,%.3f,%d",
              run,
              quoted(row.key().work()),
              quoted(row.key().metric()),
              row.key().unit(),
              row.key().threads(),
              quoted(row.key().settings().toString()),
              quoted(row.peer()),
              row.ours(),
              row.theirs(),
              row.ratio(),
              row.rounds()));
    }
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /// The processor's name where Linux tells it.
  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch", "unknown");
    }
    try (var lines = Files.lines(info)) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch", "unknown"));
    }
  }
}
