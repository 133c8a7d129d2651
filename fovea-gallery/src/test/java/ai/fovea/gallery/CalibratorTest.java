package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.Calibration.Basis;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratorTest {
  private static final float[] NONE = {};

  @Test
  void manyScoresAreReadOff() {
    float[] between = new float[100];
    for (int i = 0; i < 100; i++) {
      between[i] = i / 100f;
    }
    Calibration c =
        new Calibrator(Similarity.COSINE, 0.05, between, new float[] {0.9f, 0.99f, 0.96f, 0.5f})
            .choose();
    assertThat(c.basis()).isEqualTo(Basis.MEASURED);
    assertThat(c.threshold()).isCloseTo(0.945f, within(1e-6f));
    assertThat(c.falseAcceptRate().orElseThrow()).isEqualTo(0.05);
    assertThat(c.falseRejectRate().orElseThrow()).isEqualTo(0.5);
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
        Calibration c = new Calibrator(similarity, rate, between, NONE).choose();
        int accepted = 0;
        for (float score : between) {
          accepted += similarity.metric().better(c.threshold(), score) ? 0 : 1;
        }
        assertThat((double) accepted / between.length).isLessThanOrEqualTo(rate);
        assertThat(c.falseAcceptRate().orElseThrow()).isEqualTo((double) accepted / between.length);
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
    Calibration c = new Calibrator(Similarity.COSINE, 1e-4, between, NONE).choose();
    assertThat(c.basis()).isEqualTo(Basis.EXTRAPOLATED);
    assertThat(c.threshold()).isCloseTo(0.3f + 0.3719f, within(0.03f));
    assertThat(c.falseAcceptRate().orElseThrow()).isBetween(0.0, 1.1e-4);
    assertThat(c.falseRejectRate()).isEmpty();
  }

  @Test
  void aSmallGalleryStaysUsable() {
    // Two labels with two pictures each, well apart: the threshold lies in the gap.
    Calibration apart =
        new Calibrator(
                Similarity.COSINE,
                0.01,
                new float[] {0.3f, 0.32f, 0.3f, 0.32f},
                new float[] {0.8f, 0.8f, 0.7f, 0.7f})
            .choose();
    assertThat(apart.basis()).isEqualTo(Basis.SMALL_GALLERY);
    assertThat(apart.threshold()).isBetween(0.4f, 0.52f);
    assertThat(apart.falseRejectRate().orElseThrow()).isZero();
    // One picture each: above what was seen, by a usual margin, within reach of good matches.
    Calibration single =
        new Calibrator(Similarity.COSINE, 0.01, new float[] {0.3f, 0.3f, 0.25f}, NONE).choose();
    assertThat(single.threshold()).isBetween(0.4f, 0.65f);
    // Vectors all of which point much the same way.
    Calibration narrow =
        new Calibrator(Similarity.COSINE, 0.01, new float[] {0.95f, 0.95f}, NONE).choose();
    assertThat(narrow.threshold()).isBetween(0.95f, 0.98f);
  }

  @Test
  void withoutASecondLabelOnlyCosineHasAUsualThreshold() {
    Calibration c =
        new Calibrator(Similarity.COSINE, 0.01, NONE, new float[] {0.4f, 0.6f}).choose();
    assertThat(c.basis()).isEqualTo(Basis.USUAL);
    assertThat(c.threshold()).isEqualTo(0.5f);
    assertThat(c.falseAcceptRate()).isEmpty();
    assertThat(c.falseRejectRate().orElseThrow()).isEqualTo(0.5);
    assertThatExceptionOfType(GalleryException.class)
        .isThrownBy(() -> new Calibrator(Similarity.L2, 0.01, NONE, NONE).choose())
        .withMessageContaining("second label");
  }

  @Test
  void underL2TheThresholdLiesBelowWhatUnknownThingsGet() {
    Calibration c =
        new Calibrator(Similarity.L2, 0.01, new float[] {9, 10, 11}, new float[] {1, 2, 1})
            .choose();
    assertThat(c.threshold()).isBetween(5f, 8f);
    assertThat(c.falseRejectRate().orElseThrow()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void ratesOutOfRangeAreRefused(double rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Calibrator(Similarity.COSINE, rate, NONE, NONE));
  }

  @ParameterizedTest
  @CsvSource({"0.5,0", "0.975,1.959964", "0.99,2.326348", "0.9999,3.719016", "0.1,-1.281552"})
  void quantilesOfTheNormalDistribution(double p, double z) {
    assertThat(Normal.quantile(p)).isCloseTo(z, within(1e-6));
    assertThat(Normal.distribution(z)).isCloseTo(p, within(1e-6));
  }
}
