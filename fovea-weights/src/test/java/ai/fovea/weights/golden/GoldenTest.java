package ai.fovea.weights.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void everyCaseThatIsRunPasses() {
    GoldenSuite.check(Map.of("checkpoints", 30));
  }
}
