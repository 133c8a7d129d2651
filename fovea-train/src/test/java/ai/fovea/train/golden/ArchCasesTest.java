package ai.fovea.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.CaseResult.Outcome;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ArchCasesTest {

  /// The few that come with a clone.
  @Test
  void smallNetworksNecksHeadsAndATrainingStep() throws URISyntaxException {
    var file = Objects.requireNonNull(getClass().getResource("networks.jsonl.gz"));
    var results = new ArrayList<CaseResult>();
    new ArchCases().run(Path.of(file.toURI()), results::add);
    assertThat(results).filteredOn(r -> r.outcome() != Outcome.PASSED).isEmpty();
    assertThat(results).hasSizeGreaterThan(60);
  }
}
