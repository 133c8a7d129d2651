package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class AugmentCasesTest {
  @Test
  void everyCaseThatIsRunPasses() throws Exception {
    var results = AugmentCases.run(Shared.path("golden/data/augment/cases.json.gz"));
    assertThat(results).filteredOn(r -> r.outcome() == CaseResult.Outcome.FAILED).isEmpty();
    assertThat(results)
        .filteredOn(r -> r.outcome() == CaseResult.Outcome.PASSED)
        .hasSizeGreaterThan(150);
  }
}
