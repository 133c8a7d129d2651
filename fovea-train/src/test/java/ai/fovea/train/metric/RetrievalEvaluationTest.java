package ai.fovea.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.data.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RetrievalEvaluationTest {
  private static final float[][] FEATURES = {{1, 0}, {0.9f, 0.1f}, {0, 5}, {0.2f, 4}};

  private static List<Sample> samples(boolean ids) {
    long[] labels = {0, 0, 1, 1};
    return java.util.stream.IntStream.range(0, 4)
        .mapToObj(i ->
            new Sample(
                Path.of("x"), labels[i], ids ? OptionalLong.of(i) : OptionalLong.empty(), i + 1))
        .toList();
  }

  @Test
  void figuresInTheOrderOfTheConfiguration() {
    var metrics =
        Config.parse("Eval:\n- mAP: {}\n- Recallk: {topk: [1, 2]}\n- Precisionk: {topk: 1}\n", "t");
    var figures =
        RetrievalEvaluation.of(metrics, "Eval")
            .evaluate(FEATURES, samples(true), FEATURES, samples(true), true);
    assertThat(figures.sequencedKeySet())
        .containsExactly("mAP", "recall1", "recall2", "precision@1");
    assertThat(figures).allSatisfy((name, value) -> assertThat(value).isEqualTo(1.0));
  }

  @Test
  void withoutIdsAnImageFindsItself() {
    var figures =
        RetrievalEvaluation.standard()
            .evaluate(FEATURES, samples(false), FEATURES, samples(false), true);
    assertThat(figures).containsEntry("recall1", 1.0);
  }

  @Test
  void unknownMetricsAreNamed() {
    assertThatThrownBy(() -> RetrievalEvaluation.of(Config.parse("Eval:\n- Magic:\n", "t"), "Eval"))
        .hasMessageContaining("'Magic'");
  }
}
