package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final String RATES =
      """
      {"cases": [{"name": "%s", "config": {"name": "ConstLR", "learning_rate": 0.5},
        "epochs": 1, "step_each_epoch": 3, "scheduler": "Constant", "by_epoch": false,
        "lr": [0.5, %s, 0.5], "after_last_step": 0.5}]}
      """;

  @TempDir Path folder;
  private String printed = "";

  private int run(String... args) {
    var out = new ByteArrayOutputStream();
    int status = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), args);
    printed = out.toString(StandardCharsets.UTF_8);
    return status;
  }

  @Test
  void filesAreKnownByTheirContentAndFailuresDoNotStopTheRest() throws Exception {
    Files.writeString(folder.resolve("good.json"), RATES.formatted("fits", "0.5"));
    Files.writeString(folder.resolve("bad.json"), RATES.formatted("does not", "0.75"));
    Files.writeString(folder.resolve("cut.json"), "{\"cases\": [");
    Files.writeString(folder.resolve("strange.json"), "{\"cases\": [{\"what\": 1}]}");
    Files.writeString(folder.resolve("README.md"), "no golden file");
    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(printed.lines())
        .anyMatch(l -> l.startsWith("FAIL does not: expected "))
        .anyMatch(l -> l.startsWith("FAIL cut.json: "))
        .anyMatch(l -> l.startsWith("SKIP ") && l.contains("strange.json"))
        .noneMatch(l -> l.contains("README"));
    assertThat(printed.lines().toList().reversed())
        .element(0)
        .isEqualTo("1 passed, 2 failed, 1 skipped");
    assertThat(printed.lines().toList().reversed().subList(1, 3))
        .allMatch(l -> l.startsWith("FAIL "));
    assertThat(run("--verbose", folder.resolve("good.json").toString())).isZero();
    assertThat(printed).contains("PASS fits").endsWith("1 passed, 0 failed, 0 skipped\n");
  }

  @Test
  void foldersThatAreNotBuiltYetAreSkippedByName() throws Exception {
    for (String later : new String[] {"det_train", "paddlex37/config", "deploy/models_real"}) {
      Path inner = Files.createDirectories(folder.resolve(later));
      // Looks like a file of learning rates, and would fail as one.
      Files.writeString(inner.resolve("schedule.json"), RATES.formatted("does not", "0.75"));
    }
    assertThat(run(folder.toString())).isZero();
    assertThat(printed.lines())
        .anyMatch(l -> l.startsWith("SKIP det_train/schedule.json: det_train: "))
        .anyMatch(l -> l.startsWith("SKIP config/schedule.json: paddlex37: "))
        .anyMatch(l -> l.startsWith("SKIP models_real/schedule.json: models_real: "));
    assertThat(printed).endsWith("0 passed, 0 failed, 3 skipped\n");
  }

  @Test
  void wrongUsageAndMissingPaths() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--nonsense")).isEqualTo(2);
    assertThat(run(folder.resolve("gone").toString())).isEqualTo(1);
    assertThat(printed).endsWith("0 passed, 1 failed, 0 skipped\n");
  }
}
