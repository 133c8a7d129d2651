package ai.fovea.train.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class GoldenTest {
  private static final String NETWORKS = "networks";

  @Test
  void everyCaseThatIsRunPasses() {
    Map<String, Integer> least =
        Map.of(
            "losses",
            45,
            "optimizers",
            27,
            "gears in training",
            19,
            "trajectories",
            5,
            "metrics",
            22);
    GoldenSuite.check(least, NETWORKS);
  }

  @Tag("slow")
  @Test
  void networks() {
    GoldenSuite.only(Map.of(NETWORKS, 697));
  }
}
