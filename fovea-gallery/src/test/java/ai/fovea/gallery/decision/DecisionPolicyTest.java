package ai.fovea.gallery.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.index.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecisionPolicyTest {

  @Test
  void oneVeryNearImageOutweighsSeveralThatBarelyPass() {
    Decision decision =
        decide(0.5f, Metric.INNER_PRODUCT, "a", 0.9f, "b", 0.6f, "b", 0.6f, "b", 0.6f, "b", 0.6f);
    assertThat(decision.label()).contains("a");
    assertThat(decision.share()).isBetween(0.79, 0.81);
    assertThat(decision.score().orElseThrow()).isEqualTo(0.9f);
  }

  @Test
  void severalNearImagesOutvoteOneThatIsHardlyNearer() {
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
  void ofEqualVotesTheNearerImageWins() {
    assertThat(decide(0.5f, Metric.INNER_PRODUCT, "z", 0.7f, "a", 0.7f).label()).contains("z");
  }

  @Test
  void theMarginIsTheLeadOverTheNextLabel() {
    Decision decision = decide(0.5f, Metric.INNER_PRODUCT, "a", 0.8f, "b", 0.7f, "c", 0.6f);
    // Votes 0.09, 0.04 and 0.01.
    assertThat(decision.share()).isCloseTo(9 / 14.0, within(1e-5));
    assertThat(decision.margin()).isCloseTo(5 / 14.0, within(1e-5));
    assertThat(decide(0.5f, Metric.INNER_PRODUCT, "a", 0.8f, "a", 0.7f).margin()).isEqualTo(1);
    assertThat(decide(0.9f, Metric.INNER_PRODUCT, "a", 0.8f, "b", 0.7f).margin()).isZero();
    Decision unclear =
        DecisionPolicy.DEFAULT
            .withMargin(0.5)
            .decide(decision.candidates(), Calibration.given(0.5f), Similarity.COSINE);
    assertThat(unclear.isUnknown()).isTrue();
    assertThat(unclear.candidates()).hasSize(3);
    assertThat(unclear.score().orElseThrow()).isEqualTo(0.8f);
  }

  @Test
  void labelsHaveThresholdsOfTheirOwn() {
    var labels = new TreeMap<String, Calibration.Label>();
    labels.put("strict", new Calibration.Label(0.9f, Optional.empty(), 0));
    Calibration given = Calibration.given(0.5f);
    Calibration calibration =
        new Calibration(
            0.5f,
            given.basis(),
            given.targetFalseAcceptRate(),
            given.falseAcceptRate(),
            given.falseRejectRate(),
            labels,
            List.of());
    List<Candidate> found =
        decide(0.5f, Metric.INNER_PRODUCT, "strict", 0.8f, "other", 0.6f).candidates();
    DecisionPolicy policy = DecisionPolicy.DEFAULT;
    assertThat(policy.decide(found, calibration, Similarity.COSINE).label()).contains("other");
    Decision nearest = policy.decide(found.subList(0, 1), calibration, Similarity.COSINE);
    assertThat(nearest.isUnknown()).isTrue();
    assertThat(nearest.threshold()).isEqualTo(0.9f);
    assertThat(policy.withThreshold(0.7f).decide(found, calibration, Similarity.COSINE).label())
        .contains("strict");
  }

  /// A threshold of the policy's replaces the gallery's, but what was measured still tells what is
  /// probable.
  @ParameterizedTest
  @EnumSource(Similarity.class)
  void aThresholdOfThePolicyDoesNotMakeEverythingProbable(Similarity similarity) {
    float sign = similarity == Similarity.L2 ? -1 : 1;
    Calibration given = Calibration.given(sign * 0.5f);
    List<Calibration.Point> points =
        new ArrayList<>(
            List.of(
                new Calibration.Point(sign * 0.2f, 0.5, 0),
                new Calibration.Point(sign * 0.6f, 0.01, 0.1)));
    Calibration measured =
        new Calibration(
            given.threshold(),
            Calibration.Basis.MEASURED,
            given.targetFalseAcceptRate(),
            given.falseAcceptRate(),
            given.falseRejectRate(),
            given.labels(),
            similarity == Similarity.L2 ? points.reversed() : points);
    DecisionPolicy strict = DecisionPolicy.DEFAULT.withThreshold(sign * 0.9f);
    assertThat(strict.decide(one(sign * 0.7f), measured, similarity).probable()).contains("a");
    assertThat(strict.decide(one(sign * 0.3f), measured, similarity).probable()).isEmpty();
    assertThat(strict.decide(one(sign * 0.7f), given, similarity).probable()).isEmpty();
    try (LocalGallery gallery = LocalGallery.inMemory(new GallerySettings("m", 1, similarity))) {
      gallery.add(NewEntry.of("a", new float[] {1}));
      gallery.setCalibration(measured);
      Decision decision = new Decider(gallery, strict).decide(new float[] {1});
      assertThat(decision.threshold()).isEqualTo(sign * 0.9f);
      assertThat(strict.calibration(Optional.of(measured), similarity)).isEqualTo(measured);
    }
  }

  private static List<Candidate> one(float score) {
    return List.of(new Candidate(new Entry(1, "a", Optional.empty(), Map.of()), score));
  }

  @Test
  void badSettingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecisionPolicy.DEFAULT.withK(0))
        .withMessageContaining("k");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionPolicy(1, OptionalDouble.of(Double.NaN)))
        .withMessageContaining("threshold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecisionPolicy.DEFAULT.withMargin(1.1))
        .withMessageContaining("margin");
  }

  private static Decision decide(float threshold, Metric metric, Object... labelsAndScores) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < labelsAndScores.length; i += 2) {
      Entry entry = new Entry(i, (String) labelsAndScores[i], Optional.empty(), Map.of());
      candidates.add(new Candidate(entry, (float) labelsAndScores[i + 1]));
    }
    return DecisionPolicy.DEFAULT.decide(
        candidates,
        Calibration.given(threshold),
        metric == Metric.L2 ? Similarity.L2 : Similarity.INNER_PRODUCT);
  }
}
