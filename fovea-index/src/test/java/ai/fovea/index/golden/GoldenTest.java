package ai.fovea.index.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void everyCaseThatIsRunPasses() {
    GoldenSuite.check(
        Map.of("Faiss indexes", 206, "damaged Faiss indexes", 34, "rare Faiss indexes", 5));
  }
}
