package ai.fovea.conformance;

import ai.fovea.testkit.GoldenSuite;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class GoldenTest {
  private static final String NETWORKS = "networks";

  @Test
  void allButNetworks() {
    var least = new HashMap<String, Integer>();
    least.put("losses", 26);
    least.put("optimizers", 26);
    least.put("gears in training", 19);
    least.put("trajectories", 5);
    least.put("metrics", 22);
    GoldenSuite.only(least);
  }

  @Tag("slow")
  @Test
  void networks() {
    GoldenSuite.only(Map.of(NETWORKS, 1000));
  }
}
