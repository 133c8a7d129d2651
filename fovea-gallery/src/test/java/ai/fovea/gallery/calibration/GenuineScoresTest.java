package ai.fovea.gallery.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenuineScoresTest {
  @Test
  void aLabelWithoutOtherImagesHasNone() {
    assertThat(GenuineScores.of(new double[0], 1).outsideSeries()).isNaN();
  }

  @Test
  void aSingleOtherImageCountsAsItIs() {
    assertThat(GenuineScores.of(new double[] {0.97}, 1).outsideSeries()).isEqualTo(0.97);
  }

  @Test
  void ofFewImagesTheNearestIsLeftOutWhereItIsMuchNearer() {
    assertThat(GenuineScores.of(new double[] {0.97, 0.8}, 1).outsideSeries()).isEqualTo(0.8);
    assertThat(GenuineScores.of(new double[] {0.85, 0.8}, 1).outsideSeries()).isEqualTo(0.85);
    assertThat(GenuineScores.of(new double[] {0.6, 0.98, 0.97}, 1).outsideSeries()).isEqualTo(0.6);
    // Squared distances, as ordered scores.
    assertThat(GenuineScores.of(new double[] {-0.1, -4}, 0).outsideSeries()).isEqualTo(-4);
  }

  /// Bursts of images, each near its own centre: what counts is the nearest image of another burst.
  @ParameterizedTest
  @CsvSource({"2,2", "2,3", "3,2", "3,3", "4,5", "2,8", "8,3"})
  void aBurstIsLeftOutAsAWhole(int bursts, int each) {
    Random random = new Random(31 * bursts + each);
    for (int round = 0; round < 50; round++) {
      List<Double> orderedScores = new ArrayList<>();
      for (int i = 0; i < each - 1; i++) {
        orderedScores.add(0.96 + 0.01 * random.nextDouble());
      }
      double expected = 0;
      for (int b = 1; b < bursts; b++) {
        double centre = 0.6 + 0.2 * random.nextDouble();
        for (int i = 0; i < each; i++) {
          double orderedScore = centre + 0.01 * random.nextDouble();
          orderedScores.add(orderedScore);
          expected = Math.max(expected, orderedScore);
        }
      }
      double[] asked = orderedScores.stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(GenuineScores.of(asked, 1).outsideSeries())
          .as("round %d", round)
          .isEqualTo(expected);
    }
  }

  @Test
  void insideALookCountsWhatASeriesOfItsOwnWouldLeave() {
    double[] front = {0.9, 0.85, 0.8, 0.7, 0.6};
    double[] both = {0.9, 0.85, 0.8, 0.7, 0.6, 0.2, 0.2, 0.2, 0.19, 0.19};
    assertThat(GenuineScores.of(both, 1)).isEqualTo(new GenuineScores(0.2, 0.85));
    assertThat(GenuineScores.of(front, 1).outsideSeries()).isEqualTo(0.85);
    // Images that are all alike are of one series.
    double[] series = {0.9, 0.89, 0.88, 0.87, 0.86, 0.2, 0.2, 0.2, 0.19, 0.19};
    assertThat(GenuineScores.of(series, 1)).isEqualTo(new GenuineScores(0.2, Double.NaN));
    assertThat(GenuineScores.of(new double[] {0.8, 0.7}, 1))
        .isEqualTo(new GenuineScores(0.8, Double.NaN));
  }

  @Test
  void independentImagesLoseFewNeighbours() {
    Random random = new Random(7);
    double sum = 0;
    double best = 0;
    int rounds = 400;
    for (int round = 0; round < rounds; round++) {
      double[] orderedScores =
          DoubleStream.generate(() -> 0.7 + 0.05 * random.nextGaussian()).limit(30).toArray();
      sum += GenuineScores.of(orderedScores, 1).outsideSeries();
      best += DoubleStream.of(orderedScores).max().orElseThrow();
    }
    // One standard deviation of the ordered scores at most.
    assertThat(sum / rounds).isCloseTo(best / rounds, within(0.05));
  }
}
