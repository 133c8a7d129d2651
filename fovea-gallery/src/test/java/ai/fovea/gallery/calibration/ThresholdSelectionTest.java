package ai.fovea.gallery.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration.Basis;
import ai.fovea.gallery.calibration.GalleryScores.NearestLabel;
import ai.fovea.gallery.calibration.GalleryScores.QueryScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

// Over 400 lines: a test for each kind of scores, which all share how scores are made up.
class ThresholdSelectionTest {
  private static final float[] NONE = {};

  @Test
  void manyScoresAreReadOff() {
    float[] between = new float[100];
    for (int i = 0; i < 100; i++) {
      between[i] = i / 100f;
    }
    Calibration c =
        calibrator(Similarity.COSINE, 0.05, between, new float[] {0.9f, 0.99f, 0.96f, 0.5f});
    assertThat(c.basis()).isEqualTo(Basis.MEASURED);
    assertThat(c.threshold()).isCloseTo(0.945f, within(1e-6f));
    assertThat(c.falseAcceptRate().orElseThrow().value()).isEqualTo(0.05);
    assertThat(c.falseRejectRate().orElseThrow().value()).isEqualTo(0.5);
  }

  /// One image that saw nothing but its own label is enough: the others may not be like it.
  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, 0.97})
  void whereAScoreIsMissingNothingIsReadOff(double rest) {
    List<QueryScores> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(new QueryScores(0, 0.99, List.of(new NearestLabel(1, i / 100.0)), i / 100.0));
    }
    asked.add(new QueryScores(1, 0.99, List.of(), rest));
    GalleryScores scores = new GalleryScores(Similarity.COSINE, List.of("a", "b"), asked);
    for (CalibrationSettings settings :
        List.of(CalibrationSettings.of(0.05), CalibrationSettings.balanced())) {
      assertThat(scores.calibration(settings).basis())
          .isEqualTo(rest == Double.NEGATIVE_INFINITY ? Basis.MEASURED : Basis.EXTRAPOLATED);
    }
    assertThat(scores.calibration(0.5f).basis()).isEqualTo(Basis.GIVEN);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.1, 0.5, 0.9})
  void noMoreThanWantedAreAccepted(double rate) {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      float[] between = new float[50 + random.nextInt(100)];
      for (int i = 0; i < between.length; i++) {
        // With many ties.
        between[i] = random.nextInt(12) / 12f;
      }
      for (Similarity similarity : Similarity.values()) {
        Calibration c = calibrator(similarity, rate, between, NONE);
        int accepted = 0;
        for (float score : between) {
          accepted += similarity.metric().better(c.threshold(), score) ? 0 : 1;
        }
        assertThat((double) accepted / between.length).isLessThanOrEqualTo(rate);
        assertThat(c.falseAcceptRate().orElseThrow().value())
            .isEqualTo((double) accepted / between.length);
      }
    }
  }

  @Test
  void aRateTooRareToSeeIsContinuedByTheNormalDistribution() {
    Random random = new Random(9);
    float[] between = new float[500];
    for (int i = 0; i < between.length; i++) {
      between[i] = (float) (0.3 + 0.1 * random.nextGaussian());
    }
    Calibration c = calibrator(Similarity.COSINE, 1e-4, between, NONE);
    assertThat(c.basis()).isEqualTo(Basis.EXTRAPOLATED);
    // The normal distribution has 0.672 there; the continuation is on the safe side of it.
    assertThat(c.threshold()).isBetween(0.67f, 0.65f + 0.14f);
    assertThat(c.falseAcceptRate().orElseThrow().value()).isLessThan(2e-3);
    assertThat(c.falseRejectRate()).isEmpty();
  }

  @Test
  void aSmallGalleryStaysUsable() {
    // Two labels with two images each, well apart: the threshold lies in the gap.
    Calibration apart =
        calibrator(
            Similarity.COSINE,
            0.01,
            new float[] {0.3f, 0.32f, 0.3f, 0.32f},
            new float[] {0.8f, 0.8f, 0.7f, 0.7f});
    assertThat(apart.basis()).isEqualTo(Basis.SMALL_GALLERY);
    assertThat(apart.threshold()).isBetween(0.4f, 0.52f);
    assertThat(apart.falseRejectRate().orElseThrow().value()).isZero();
    // One image each: above what was seen, by a usual margin, within reach of good matches.
    Calibration single = calibrator(Similarity.COSINE, 0.01, new float[] {0.3f, 0.3f, 0.25f}, NONE);
    assertThat(single.threshold()).isBetween(0.4f, 0.65f);
    // Vectors all of which point much the same way.
    Calibration narrow = calibrator(Similarity.COSINE, 0.01, new float[] {0.95f, 0.95f}, NONE);
    assertThat(narrow.threshold()).isBetween(0.95f, 0.98f);
  }

  @Test
  void withoutASecondLabelOnlyCosineHasAUsualThreshold() {
    Calibration c = calibrator(Similarity.COSINE, 0.01, NONE, new float[] {0.4f, 0.6f});
    assertThat(c.basis()).isEqualTo(Basis.USUAL);
    assertThat(c.threshold()).isEqualTo(0.5f);
    assertThat(c.falseAcceptRate()).isEmpty();
    assertThat(c.falseRejectRate().orElseThrow().value()).isEqualTo(0.5);
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> calibrator(Similarity.L2, 0.01, NONE, NONE))
        .withMessageContaining("second label");
  }

  @Test
  void underL2TheThresholdLiesBelowWhatUnknownThingsGet() {
    Calibration c = calibrator(Similarity.L2, 0.01, new float[] {9, 10, 11}, new float[] {1, 2, 1});
    assertThat(c.threshold()).isBetween(5f, 8f);
    assertThat(c.falseRejectRate().orElseThrow().value()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void ratesOutOfRangeAreRefused(double rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> calibrator(Similarity.COSINE, rate, NONE, NONE));
  }

  @Test
  void theThresholdHoldsForLabelsThatItWasNotChosenFrom() {
    // Pairs of labels resemble each other, each pair in a degree of its own: whether a new label
    // has such a twin in the gallery
    // is what decides.
    Random random = new Random(5);
    double plain = 0;
    double validated = 0;
    int rounds = 60;
    for (int round = 0; round < rounds; round++) {
      double[] closeness = new double[40];
      for (int l = 0; l < closeness.length; l++) {
        closeness[l] = 0.3 + 0.15 * random.nextGaussian();
      }
      List<QueryScores> asked = new ArrayList<>();
      for (int label = 0; label < 30; label++) {
        for (int i = 0; i < 10; i++) {
          asked.add(twinned(label, closeness, 30, random));
        }
      }
      float[] between = new GalleryScores(Similarity.COSINE, names(30), asked).between();
      Calibration unaware = calibrator(Similarity.COSINE, 0.05, between, NONE);
      Calibration aware =
          new GalleryScores(Similarity.COSINE, names(30), asked)
              .calibration(CalibrationSettings.of(0.05));
      for (int label = 30; label < 40; label++) {
        for (int i = 0; i < 10; i++) {
          double score = closeness[label] + 0.02 * random.nextGaussian();
          plain += score >= unaware.threshold() ? 1 : 0;
          validated += score >= aware.threshold() ? 1 : 0;
        }
      }
    }
    assertThat(validated / (100 * rounds)).isBetween(0.02, 0.065);
    assertThat(plain).isGreaterThan(validated);
  }

  private static QueryScores twinned(int label, double[] closeness, int labels, Random random) {
    double orderedScore = closeness[label] + 0.02 * random.nextGaussian();
    int twin = (label + labels / 2) % labels;
    int other = (label + 1) % labels;
    return new QueryScores(
        label,
        Double.NaN,
        List.of(new NearestLabel(twin, orderedScore), new NearestLabel(other, 0)),
        0);
  }

  @Test
  void labelsWhoseImagesAreAllAlikeAskForMore() {
    List<QueryScores> asked = new ArrayList<>();
    for (int label = 0; label < 6; label++) {
      for (int i = 0; i < 20; i++) {
        double within = 0.6 + 0.05 * label + 0.001 * i;
        asked.add(
            new QueryScores(
                label,
                within,
                List.of(
                    new NearestLabel((label + 1) % 6, 0.4 + 0.001 * i),
                    new NearestLabel((label + 2) % 6, 0.3)),
                0));
      }
    }
    GalleryScores scores = new GalleryScores(Similarity.COSINE, names(6), asked);
    Calibration own = scores.calibration(CalibrationSettings.of(0.05));
    assertThat(own.thresholdOf("label 5")).isGreaterThan(own.thresholdOf("label 0") + 0.08f);
    assertThat(own.thresholdOf("none such")).isEqualTo(own.threshold());
    assertThat(own.labels().get("label 3").falseRejectRate().orElseThrow().scores()).isEqualTo(20);
    Calibration one = scores.calibration(CalibrationSettings.of(0.05).withPerLabel(false));
    assertThat(one.thresholdOf("label 5")).isEqualTo(one.threshold());
    assertThat(own.curve())
        .hasSize(101)
        .isSortedAccordingTo((a, b) -> Float.compare(a.threshold(), b.threshold()));
  }

  @Test
  void negativesCountAsUnknownThings() {
    List<QueryScores> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(
          new QueryScores(
              GalleryScores.NO_LABEL, Double.NaN, List.of(new NearestLabel(0, i / 100.0)), 0));
    }
    Calibration c =
        new GalleryScores(Similarity.COSINE, names(1), asked)
            .calibration(CalibrationSettings.of(0.05));
    assertThat(c.threshold()).isCloseTo(0.945f, within(1e-6f));
    assertThat(c.falseAcceptRate().orElseThrow().scores()).isEqualTo(100);
  }

  @Test
  void theEqualErrorRateBalancesBothErrors() {
    Random random = new Random(11);
    float[] between = new float[400];
    float[] known = new float[300];
    for (int i = 0; i < between.length; i++) {
      between[i] = (float) (0.4 + 0.1 * random.nextGaussian());
    }
    for (int i = 0; i < known.length; i++) {
      known[i] = (float) (0.6 + 0.1 * random.nextGaussian());
    }
    for (Similarity similarity : Similarity.values()) {
      float sign = similarity == Similarity.L2 ? -1 : 1;
      Calibration c = balanced(similarity, scaled(between, sign), scaled(known, sign));
      // Half-way between the means: one deviation from each.
      assertThat(sign * c.threshold()).isCloseTo(0.5f, within(0.02f));
      assertThat(c.basis()).isEqualTo(Basis.MEASURED);
      assertThat(c.targetFalseAcceptRate()).isEmpty();
      double accepts = c.falseAcceptRate().orElseThrow().value();
      assertThat(accepts).isCloseTo(0.16, within(0.04));
      assertThat(c.falseRejectRate().orElseThrow().value()).isCloseTo(accepts, within(0.02));
    }
  }

  @Test
  void whereNothingOverlapsTheThresholdLiesInTheMiddleOfTheGap() {
    float[] between = new float[50];
    for (int i = 0; i < 50; i++) {
      between[i] = 0.1f + 0.004f * i;
    }
    Calibration c = balanced(Similarity.COSINE, between, new float[] {0.7f, 0.9f, 0.8f});
    assertThat(c.threshold()).isCloseTo((0.296f + 0.7f) / 2, within(1e-3f));
    assertThat(c.falseAcceptRate().orElseThrow().value()).isZero();
    assertThat(c.falseRejectRate().orElseThrow().value()).isZero();
  }

  @Test
  void equalScoresAreNoGap() {
    float[] between = new float[24];
    float[] known = new float[24];
    java.util.Arrays.fill(between, 0.49999997f);
    java.util.Arrays.fill(known, 0.5f);
    Calibration c = balanced(Similarity.COSINE, between, known);
    // Whatever the threshold, all pass or none does; the rates must say which.
    boolean passes = between[0] >= c.threshold();
    assertThat(c.falseAcceptRate().orElseThrow().value()).isEqualTo(passes ? 1 : 0);
    assertThat(c.falseRejectRate().orElseThrow().value())
        .isEqualTo(known[0] >= c.threshold() ? 0 : 1);
  }

  @Test
  void aFewScoresAreBalancedByTheirDistributions() {
    Calibration apart =
        balanced(
            Similarity.COSINE,
            new float[] {0.3f, 0.32f, 0.3f, 0.32f},
            new float[] {0.8f, 0.8f, 0.7f, 0.7f});
    assertThat(apart.basis()).isEqualTo(Basis.SMALL_GALLERY);
    assertThat(apart.threshold()).isBetween(0.5f, 0.57f);
    assertThat(apart.falseRejectRate().orElseThrow().value()).isLessThan(0.05);
    // Without within scores: above what was seen, by less than for one in a hundred.
    Calibration single = balanced(Similarity.COSINE, new float[] {0.3f, 0.3f, 0.25f}, NONE);
    assertThat(single.threshold()).isBetween(0.4f, 0.55f);
    assertThat(single.falseRejectRate()).isEmpty();
    // All alike.
    Calibration same = balanced(Similarity.L2, new float[] {3, 3}, new float[] {1, 1});
    assertThat(same.threshold()).isEqualTo(2);
  }

  @Test
  void aGivenThresholdIsToldItsRates() {
    float[] between = new float[100];
    for (int i = 0; i < 100; i++) {
      between[i] = i / 100f;
    }
    Calibration c =
        scores(Similarity.COSINE, between, new float[] {0.5f, 0.9f}).calibration(0.795f);
    assertThat(c.basis()).isEqualTo(Basis.GIVEN);
    assertThat(c.threshold()).isEqualTo(0.795f);
    assertThat(c.falseAcceptRate().orElseThrow().value()).isEqualTo(0.2);
    assertThat(c.falseRejectRate().orElseThrow().value()).isEqualTo(0.5);
    assertThat(Calibration.parse(c.toText())).isEqualTo(c);
  }

  @Test
  void aScoreNearTheThresholdIsProbable() {
    float[] between = new float[100];
    for (int i = 0; i < 100; i++) {
      between[i] = 0.01f * i;
    }
    // The threshold is 0.945, the median 0.5; no known thing scores less than 0.9.
    float[] known = {0.9f, 0.92f, 0.95f, 0.97f};
    Calibration c = calibrator(Similarity.COSINE, 0.05, between, known);
    assertThat(c.isProbable("any", 0.75f, Similarity.COSINE)).isTrue();
    assertThat(c.isProbable("any", 0.7f, Similarity.COSINE)).isFalse();
    Calibration l2 = calibrator(Similarity.L2, 0.05, scaled(between, -1), scaled(known, -1));
    assertThat(l2.isProbable("any", -0.75f, Similarity.L2)).isTrue();
    assertThat(l2.isProbable("any", -0.7f, Similarity.L2)).isFalse();
    // One known thing in four scores 0.3.
    Calibration wide =
        calibrator(Similarity.COSINE, 0.05, between, new float[] {0.3f, 0.92f, 0.95f, 0.97f});
    assertThat(wide.isProbable("any", 0.35f, Similarity.COSINE)).isTrue();
    assertThat(wide.isProbable("any", 0.25f, Similarity.COSINE)).isFalse();
    assertThat(Calibration.given(0.9f).isProbable("any", 0.1f, Similarity.COSINE)).isFalse();
  }

  /// With one label nothing is known of unknown things, and the curve does not tell which scores
  /// are better.
  @ParameterizedTest
  @EnumSource(Similarity.class)
  void oneLabelIsProbableInTheRightDirection(Similarity similarity) {
    float sign = similarity == Similarity.L2 ? -1 : 1;
    float[] known = scaled(new float[] {0.6f, 0.7f, 0.8f, 0.9f}, sign);
    Calibration c = scores(similarity, NONE, known).calibration(sign * 0.95f);
    assertThat(c.curve()).isNotEmpty();
    assertThat(c.isProbable("any", sign * 0.8f, similarity)).isTrue();
    assertThat(c.isProbable("any", sign * 0.1f, similarity)).isFalse();
  }

  /// Two images of two labels have one score between them.
  @ParameterizedTest
  @EnumSource(Similarity.class)
  void oneScoreTellsWhatIsProbableToo(Similarity similarity) {
    float sign = similarity == Similarity.L2 ? -1 : 1;
    Calibration c =
        scores(similarity, scaled(new float[] {0.2f, 0.2f}, sign), NONE).calibration(sign * 0.5f);
    assertThat(c.curve()).hasSize(2);
    assertThat(c.isProbable("any", sign * 0.4f, similarity)).isTrue();
    assertThat(c.isProbable("any", sign * 0.3f, similarity)).isFalse();
    assertThat(Calibration.parse(c.toText())).isEqualTo(c);
  }

  private static float[] scaled(float[] scores, float by) {
    float[] scaled = scores.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= by;
    }
    return scaled;
  }

  private static Calibration balanced(Similarity similarity, float[] between, float[] within) {
    return scores(similarity, between, within).calibration(CalibrationSettings.balanced());
  }

  private static List<String> names(int labels) {
    return IntStream.range(0, labels).mapToObj(i -> "label " + i).toList();
  }

  /// Scores of two labels, so that nothing is known of labels left out.
  private static Calibration calibrator(
      Similarity similarity, double rate, float[] between, float[] within) {
    return scores(similarity, between, within).calibration(CalibrationSettings.of(rate));
  }

  private static GalleryScores scores(Similarity similarity, float[] between, float[] within) {
    List<QueryScores> asked = new ArrayList<>();
    for (float score : between) {
      double orderedScore = similarity.metric().orderedScore(score);
      asked.add(new QueryScores(0, Double.NaN, List.of(new NearestLabel(1, orderedScore)), 0));
    }
    for (float score : within) {
      // Known to have nothing near.
      asked.add(
          new QueryScores(
              0, similarity.metric().orderedScore(score), List.of(), Double.NEGATIVE_INFINITY));
    }
    return new GalleryScores(similarity, names(2), asked);
  }

  @ParameterizedTest
  @CsvSource({"0.5,0", "0.975,1.959964", "0.99,2.326348", "0.9999,3.719016", "0.1,-1.281552"})
  void quantilesOfTheNormalDistribution(double p, double z) {
    assertThat(NormalDistribution.quantile(p)).isCloseTo(z, within(1e-6));
    assertThat(NormalDistribution.distribution(z)).isCloseTo(p, within(1e-6));
  }
}
