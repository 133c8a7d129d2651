package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.index.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DecisionPolicyTest {

  @Test
  void oneVeryNearPictureOutweighsSeveralThatBarelyPass() {
    Decision decision =
        decide(0.5f, Metric.INNER_PRODUCT, "a", 0.9f, "b", 0.6f, "b", 0.6f, "b", 0.6f, "b", 0.6f);
    assertThat(decision.label()).contains("a");
    assertThat(decision.share()).isBetween(0.79, 0.81);
    assertThat(decision.score().orElseThrow()).isEqualTo(0.9f);
  }

  @Test
  void severalNearPicturesOutvoteOneThatIsHardlyNearer() {
    Decision decision =
        decide(0.5f, Metric.INNER_PRODUCT, "a", 0.81f, "b", 0.8f, "b", 0.79f, "c", 0.2f);
    assertThat(decision.label()).contains("b");
    assertThat(decision.score().orElseThrow()).isEqualTo(0.8f);
    assertThat(decision.candidates()).hasSize(4);
  }

  @Test
  void whatDoesNotReachTheThresholdHasNoVote() {
    assertThat(decide(0.5f, Metric.INNER_PRODUCT, "a", 0.49f, "a", 0.4f).isUnknown()).isTrue();
    assertThat(decide(0.5f, Metric.INNER_PRODUCT, "a", 0.5f, "b", 0.4f).label()).contains("a");
    assertThat(decide(4, Metric.L2, "a", 4f, "b", 5f).label()).contains("a");
    assertThat(decide(4, Metric.L2, "a", 4.1f, "b", 5f).isUnknown()).isTrue();
  }

  @Test
  void ofEqualVotesTheNearerPictureWins() {
    assertThat(decide(0.5f, Metric.INNER_PRODUCT, "z", 0.7f, "a", 0.7f).label()).contains("z");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecisionPolicy.DEFAULT.withK(0))
        .withMessageContaining("k");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionPolicy(1, OptionalDouble.of(Double.NaN)))
        .withMessageContaining("threshold");
  }

  private static Decision decide(float threshold, Metric metric, Object... labelsAndScores) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < labelsAndScores.length; i += 2) {
      Entry entry = new Entry(i, (String) labelsAndScores[i], Optional.empty(), Map.of());
      candidates.add(new Candidate(entry, (float) labelsAndScores[i + 1]));
    }
    return DecisionPolicy.DEFAULT.decide(candidates, threshold, metric);
  }
}
