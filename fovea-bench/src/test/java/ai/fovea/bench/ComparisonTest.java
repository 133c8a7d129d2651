package ai.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  @TempDir Path folder;

  @Test
  void figuresOfTheSameWorkAreComparedByTheirMedians() throws IOException {
    Path file = folder.resolve("lines.jsonl");
    Files.write(
        file,
        List.of(
            line("fovea", 10, "images/s", 8, 100),
            "a line of a library",
            line("fovea", 30, "images/s", 8, 100),
            line("fovea", 20, "images/s", 8, 100),
            line("other", 5, "images/s", 8, 101),
            line("other", 5, "images/s", 8, 101),
            line("other", 7, "images/s", 16, 101)));
    var rows = Comparison.of(List.of(file)).rows();
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().ratio()).isEqualTo(4, within(1e-9));
    assertThat(rows.getFirst().rounds()).isEqualTo(2);
  }

  @Test
  void lessTimeIsBetter() throws IOException {
    Path file = folder.resolve("lines.jsonl");
    Files.write(
        file, List.of(line("fovea", 2, "ms/image", 1, 1), line("other", 3, "ms/image", 1, 1)));
    assertThat(Comparison.of(List.of(file)).rows().getFirst().ratio()).isEqualTo(1.5, within(1e-9));
  }

  @Test
  void tablesGrow() throws IOException {
    Path file = folder.resolve("lines.jsonl");
    Files.write(
        file, List.of(line("fovea", 2, "ms/image", 1, 1), line("other", 3, "ms/image", 1, 1)));
    var rows = Comparison.of(List.of(file)).rows();
    Path csv = folder.resolve("table.csv");
    Csv.append(csv, rows);
    Csv.append(csv, rows);
    assertThat(Files.readAllLines(csv)).hasSize(3);
    assertThat(Files.readAllLines(csv).getFirst()).startsWith("time,commit,");
  }

  private static String line(String peer, double value, String unit, int batch, int bytes) {
    return """
    {"peer": "%s", "work": "w", "metric": "m", "value": %s, "unit": "%s", "threads": 1, \
    "settings": {"batch": %d, "mean_bytes": %d}}\
    """
        .formatted(peer, value, unit, batch, bytes);
  }
}
