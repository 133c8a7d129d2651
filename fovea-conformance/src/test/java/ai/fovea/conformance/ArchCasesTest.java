package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.CaseResult.Outcome;
import ai.fovea.testkit.Shared;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class ArchCasesTest {

  /// The few that come with a clone.
  @Test
  void smallNetworksNecksHeadsAndATrainingStep() throws URISyntaxException {
    var file = Objects.requireNonNull(getClass().getResource("networks.jsonl.gz"));
    List<CaseResult> results = ArchCases.run(Path.of(file.toURI()));
    assertThat(results).filteredOn(r -> r.outcome() != Outcome.PASSED).isEmpty();
    assertThat(results).hasSizeGreaterThan(60);
  }

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

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gears",
        "outputs-only",
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
