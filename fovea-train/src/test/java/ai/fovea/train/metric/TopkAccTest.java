package ai.fovea.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopkAccTest {
  @Test
  void countsLabelsAmongTheLargest() {
    float[][] outputs = {{3, 2, 1}, {3, 2, 1}, {Float.NaN, 2, 1}, {1, 1, 1}};
    var shares = new TopkAcc(List.of(1, 2, 9)).of(outputs, new long[] {0, 1, 0, 2});
    assertThat(shares.sequencedKeySet()).containsExactly("top1", "top2", "top9");
    assertThat(shares)
        .containsEntry("top1", 0.25)
        .containsEntry("top2", 0.5)
        .containsEntry("top9", 0.75);
  }

  @Test
  void labelsMustFit() {
    assertThatThrownBy(() -> new TopkAcc(List.of(1)).of(new float[][] {{1, 2}}, new long[] {2}))
        .hasMessageContaining("label 2");
  }

  @Test
  void metersWeighBySamples() {
    var meters = new AverageMeters();
    meters.add(java.util.Map.of("top1", 1.0), 3);
    meters.add(java.util.Map.of("top1", 0.0), 1);
    assertThat(meters.averages()).containsEntry("top1", 0.75);
  }
}
