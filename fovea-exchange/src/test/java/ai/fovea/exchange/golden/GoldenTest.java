package ai.fovea.exchange.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void everyCaseThatIsRunPasses() {
    GoldenSuite.check(
        Map.of(
            "data of Faiss indexes",
            2,
            "id maps",
            34,
            "galleries of PaddleX",
            24,
            "gallery manager",
            23));
  }
}
