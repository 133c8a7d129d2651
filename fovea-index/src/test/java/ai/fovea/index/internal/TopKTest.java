package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.index.Hit;
import ai.fovea.index.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopKTest {

  @ParameterizedTest
  @CsvSource({"INNER_PRODUCT,1", "INNER_PRODUCT,7", "L2,40", "L2,1000"})
  void keepsWhatSortingWouldKeep(Metric metric, int k) {
    Random random = new Random(k);
    List<Hit> all = new ArrayList<>();
    TopK top = new TopK(metric, k);
    for (int i = 0; i < 500; i++) {
      // Scores with many ties.
      Hit hit = new Hit(random.nextInt(1_000_000), random.nextInt(30));
      all.add(hit);
      top.offer(hit.score(), hit.id());
    }
    all.sort(
        Comparator.comparingDouble((Hit h) -> -metric.orderedScore(h.score()))
            .thenComparingLong(Hit::id));
    assertThat(top.drain()).isEqualTo(all.subList(0, Math.min(k, 500)));
    assertThat(top.drain()).isEmpty();
  }
}
