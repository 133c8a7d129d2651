package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Shared;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The files that need neither images nor an engine.
class TrainCasesTest {
  @Test
  void schedules() {
    check(ScheduleCases.run(Shared.path("golden/train/lr.json")), 50);
  }

  @Test
  void samplers() {
    check(SamplerCases.run(Shared.path("golden/train/samplers.json")), 15);
  }

  @Test
  void configurations() {
    check(ConfigCases.run(Shared.path("golden/train/config.json")), 33);
    check(ConfigCases.run(Shared.path("golden/data/configs/overrides.json")), 30);
    check(ConfigCases.run(Shared.path("golden/data/configs/parsed.json.gz")), 0);
  }

  @Test
  void metrics() {
    check(MetricCases.run(Shared.path("golden/train/metrics.json")), 10);
    check(MetricCases.run(Shared.path("golden/train/retrieval.json")), 6);
    check(MetricCases.run(Shared.path("golden/train/misc.json")), 5);
  }

  @Test
  void lists() {
    check(ListCases.run(Shared.path("golden/data/datasets/cases.json")), 58);
  }

  private static void check(List<CaseResult> results, int passed) {
    assertThat(results).filteredOn(r -> r.outcome() == CaseResult.Outcome.FAILED).isEmpty();
    assertThat(results)
        .filteredOn(r -> r.outcome() == CaseResult.Outcome.PASSED)
        .hasSizeGreaterThanOrEqualTo(passed);
  }
}
