package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.CaseResult.Outcome;
import ai.fovea.testkit.Shared;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class ArchCasesTest {

  private static List<CaseResult> failures(String file) {
    var failed = new ArrayList<CaseResult>();
    ArchCases.run(
        Shared.path("golden/arch/" + file + ".jsonl.gz"),
        c -> {
          if (c.outcome() == Outcome.FAILED) {
            failed.add(c);
          }
        });
    return failed;
  }

  @Test
  void necksAndHeads() {
    assertThat(failures("gears")).isEmpty();
  }

  @Test
  void otherInputs() {
    assertThat(failures("outputs-only")).isEmpty();
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "backbones-1",
        "backbones-2",
        "backbones-3",
        "backbones-4",
        "variants",
        "recmodels",
        "train"
      })
  void allNetworks(String file) {
    assertThat(failures(file)).isEmpty();
  }
}
