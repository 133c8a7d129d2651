package ai.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualRecallTest {
  @TempDir Path folder;

  @Test
  void figuresAreInterpolatedWhereBothFindAsMuch() throws IOException {
    List<String> lines = new ArrayList<>();
    // Ours has 0.95 at 3 ms, half-way between two settings; theirs at 6 ms, at one of them.
    step(lines, "fovea", 16, 0.90, 2);
    step(lines, "fovea", 64, 1.00, 4);
    step(lines, "other", 32, 0.95, 6);
    step(lines, "other", 64, 0.97, 9);
    Path file = folder.resolve("lines.jsonl");
    Files.write(file, lines);
    List<Comparison.Row> rows = Comparison.of(List.of(file)).rows();
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().key().metric()).isEqualTo("latency at recall 0.95");
    assertThat(rows.getFirst().ours()).isEqualTo(3, within(1e-9));
    assertThat(rows.getFirst().ratio()).isEqualTo(2, within(1e-9));
  }

  private static void step(
      List<String> lines, String peer, int ef, double recall, double milliseconds) {
    lines.add(line(peer, ef, "latency", milliseconds, "ms/query"));
    lines.add(line(peer, ef, "recall@10", recall, "fraction"));
  }

  private static String line(String peer, int ef, String metric, double value, String unit) {
    return """
    {"peer": "%s", "work": "HNSW32", "metric": "%s", "value": %s, "unit": "%s", "threads": 1, \
    "settings": {"rows": 9, "efSearch": %d}}\
    """
        .formatted(peer, metric, value, unit, ef);
  }
}
