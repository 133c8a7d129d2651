package ai.fovea.image.golden;

import ai.fovea.testkit.GoldenSuite;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class GoldenTest {
  @Test
  void everyCaseThatIsRunPasses() {
    GoldenSuite.check(Map.of("transforms", 902, "augmentations", 176));
  }
}
