package ai.fovea.gallery.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.calibration.Rate.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateTest {

  @Test
  void independentScoresHaveWilsonsInterval() {
    // From a table of the method: 15 of 50.
    Rate rate = Rate.of(15, 50);
    assertThat(rate.value()).isEqualTo(0.3);
    assertThat(rate.low()).isCloseTo(0.1910, within(1e-4));
    assertThat(rate.high()).isCloseTo(0.4375, within(1e-4));
    assertThat(Rate.of(0, 20).low()).isZero();
    assertThat(Rate.of(0, 20).high()).isCloseTo(0.1611, within(1e-4));
    assertThat(Rate.of(0, 0)).isEqualTo(new Rate(0, 0, 1, 0));
  }

  @Test
  void labelsThatDifferWidenIt() {
    Rate alike = Rate.of(Collections.nCopies(20, new Part(5, 10)));
    List<Part> apart = new ArrayList<>(Collections.nCopies(10, new Part(10, 10)));
    apart.addAll(Collections.nCopies(10, new Part(0, 10)));
    Rate unlike = Rate.of(apart);
    assertThat(unlike.value()).isEqualTo(alike.value()).isEqualTo(0.5);
    // As wide as for 20 scores, not 200.
    assertThat(unlike.high() - unlike.low())
        .isCloseTo(Rate.of(10, 20).high() - Rate.of(10, 20).low(), within(0.01));
    assertThat(alike.high() - alike.low())
        .isCloseTo(Rate.of(100, 200).high() - Rate.of(100, 200).low(), within(1e-9));
    // Nothing was seen to differ: each label is one witness.
    assertThat(Rate.of(Collections.nCopies(20, new Part(0, 10))).high())
        .isCloseTo(Rate.of(0, 20).high(), within(1e-9));
  }

  @Test
  void theTrueShareLiesInItAboutAsOftenAsSaid() {
    Random random = new Random(2);
    int inside = 0;
    int rounds = 1000;
    for (int round = 0; round < rounds; round++) {
      List<Part> labels = new ArrayList<>();
      for (int l = 0; l < 40; l++) {
        double share = random.nextInt(4) == 0 ? 0.6 : 0.05;
        int hits = 0;
        for (int i = 0; i < 10; i++) {
          hits += random.nextDouble() < share ? 1 : 0;
        }
        labels.add(new Part(hits, 10));
      }
      Rate rate = Rate.of(labels);
      inside += rate.low() <= 0.1875 && 0.1875 <= rate.high() ? 1 : 0;
    }
    assertThat((double) inside / rounds).isBetween(0.92, 0.98);
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0.5, 0.6, 0.7, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(Double.NaN, 0, 1, 3));
  }
}
