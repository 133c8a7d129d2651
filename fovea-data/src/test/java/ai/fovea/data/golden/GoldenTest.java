package ai.fovea.data.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void everyCaseThatIsRunPasses() {
    GoldenSuite.check(Map.of("data sets", 58, "samplers", 15, "batch transforms", 6));
  }
}
