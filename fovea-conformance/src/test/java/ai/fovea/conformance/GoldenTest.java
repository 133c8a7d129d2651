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
    var least =
        new HashMap<>(
            Map.of(
                "Faiss indexes",
                206,
                "data of Faiss indexes",
                2,
                "damaged Faiss indexes",
                34,
                "rare Faiss indexes",
                5));
    least.putAll(Map.of("id maps", 34, "galleries of PaddleX", 24, "gallery manager", 23));
    least.putAll(
        Map.of(
            "transforms",
            851,
            "augmentations",
            151,
            "data sets",
            58,
            "configurations",
            63,
            "learning rates",
            50,
            "samplers",
            15));
    least.putAll(
        Map.of(
            "checkpoints",
            30,
            "batch transforms",
            1,
            "losses",
            26,
            "optimizers",
            26,
            "gears in training",
            19,
            "trajectories",
            5,
            "metrics",
            22));
    GoldenSuite.check(least, NETWORKS);
  }

  @Tag("slow")
  @Test
  void networks() {
    GoldenSuite.only(Map.of(NETWORKS, 1000));
  }
}
