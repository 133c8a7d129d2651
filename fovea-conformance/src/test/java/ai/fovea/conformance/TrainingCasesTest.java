package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The golden files that training itself must agree with.
@Tag("native")
class TrainingCasesTest {
  @Test
  void losses() {
    check("train/losses.json", LossCases::accepts, LossCases::run, 26);
  }

  @Test
  void optimizers() {
    check("train/optimizers.json", OptimizerCases::accepts, OptimizerCases::run, 26);
  }

  @Test
  void necksAndHeads() {
    check("train/gears.json", GearTrainCases::accepts, GearTrainCases::run, 19);
  }

  @Test
  void trainingsOfClassifiers() {
    check("train/e2e_cls.json", TrajectoryCases::accepts, TrajectoryCases::run, 2);
  }

  @Test
  void trainingsOfEmbedders() {
    check("train/e2e_metric.json", TrajectoryCases::accepts, TrajectoryCases::run, 3);
  }

  @Test
  void averages() {
    check("train/misc.json", (_, _) -> true, MetricCases::run, 6);
  }

  @Test
  void checkpoints() {
    check("arch/checkpoints/index.json", CheckpointCases::accepts, CheckpointCases::run, 30);
  }

  private static void check(
      String file,
      BiPredicate<Path, JsonNode> accepts,
      Function<Path, List<CaseResult>> run,
      int passed) {
    Path path = Shared.path("golden/" + file);
    assertThat(accepts.test(path, CaseFile.read(path))).isTrue();
    List<CaseResult> results = run.apply(path);
    assertThat(results).filteredOn(r -> r.outcome() == CaseResult.Outcome.FAILED).isEmpty();
    assertThat(results)
        .filteredOn(r -> r.outcome() == CaseResult.Outcome.PASSED)
        .hasSizeGreaterThanOrEqualTo(passed);
  }
}
