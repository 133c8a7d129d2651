package ai.fovea.index.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.index.eval.RetrievalSettings.Excluded;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrievalMetricsTest {
  private static final RetrievalSettings SETTINGS =
      new RetrievalSettings(List.of(1, 2), List.of(1, 2), Excluded.SCORE_ZERO, OptionalInt.empty());

  @Test
  void figuresByHand() {
    // Matches at ranks 1 and 4; at rank 2; none.
    float[][] scores = {{0.9f, 0.2f, 0.8f, 0.7f}, {0.1f, 0.5f, 0.9f, 0}, {1, 2, 3, 4}};
    boolean[][] matches = {
      {true, true, false, false}, {false, true, false, false}, {false, false, false, false}
    };
    RetrievalResult result = RetrievalMetrics.ofScores(scores, matches, SETTINGS);
    assertThat(result.recall()).containsEntry(1, 0.5).containsEntry(2, 1.0);
    assertThat(result.precision().get(1)).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(result.precision().get(2)).isCloseTo((0.5 + 0.5) / 3, within(1e-12));
    assertThat(result.meanAveragePrecision()).isCloseTo(((1 + 0.5) / 2 + 0.5) / 2, within(1e-12));
    assertThat(result.meanInverseNegativePenalty())
        .isCloseTo((2.0 / 4 + 1.0 / 2) / 2, within(1e-12));
    assertThat(result.queries()).isEqualTo(3);
    assertThat(result.matchable()).isEqualTo(2);
  }

  @Test
  void excludedImagesScoreZeroOrLeave() {
    float[][] vectors = {{1, 0}, {0.9f, 0.1f}, {-1, 0.2f}, {-1, 0}};
    EvaluationSet set =
        EvaluationSet.of(vectors, new long[] {1, 1, 1, 2}).withCameras(new long[] {10, 11, 12, 13});
    RetrievalResult zero = RetrievalMetrics.evaluate(set, set, SETTINGS);
    // The fourth is alone with its label, so it has no match; the third finds the fourth first.
    assertThat(zero.matchable()).isEqualTo(3);
    assertThat(zero.recall().get(1)).isCloseTo(2.0 / 3, within(1e-12));
    // The first: itself scores 0 and so stands before the third, with -1.
    RetrievalResult leave =
        RetrievalMetrics.evaluate(
            set,
            set,
            new RetrievalSettings(List.of(1, 2), List.of(1), Excluded.LEAVE, OptionalInt.empty()));
    assertThat(leave.meanAveragePrecision()).isGreaterThan(zero.meanAveragePrecision());
    assertThat(leave.recall()).containsEntry(1, zero.recall().get(1));
    assertThat(
            RetrievalMetrics.evaluate(EvaluationSet.of(vectors, new long[4]), set, SETTINGS)
                .matchable())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void ranksAreThoseOfSorting(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int n = random.nextInt(40);
      float[] scores = new float[n];
      boolean[] matches = new boolean[n];
      for (int g = 0; g < n; g++) {
        // Few different values: ties, and some that are not ranked.
        scores[g] = random.nextInt(8) == 0 ? Float.NaN : random.nextInt(6);
        matches[g] = random.nextInt(3) == 0;
      }
      List<Integer> order =
          IntStream.range(0, n)
              .boxed()
              .filter(g -> !Float.isNaN(scores[g]))
              .sorted(Comparator.comparingDouble((Integer g) -> -scores[g]))
              .toList();
      int[] expected =
          IntStream.range(0, order.size())
              .filter(i -> matches[order.get(i)])
              .map(i -> i + 1)
              .toArray();
      assertThat(RetrievalMetrics.ranks(scores, matches)).isEqualTo(expected);
    }
  }

  @Test
  void nothingToSearchIsNoError() {
    EvaluationSet none = EvaluationSet.of(new float[0][], new long[0]);
    EvaluationSet one = EvaluationSet.of(new float[][] {{1}}, new long[] {1});
    assertThat(RetrievalMetrics.evaluate(none, one, SETTINGS).queries()).isZero();
    assertThat(RetrievalMetrics.evaluate(one, none, SETTINGS).precision()).containsEntry(1, 0.0);
    assertThat(RetrievalMetrics.evaluate(none, none, SETTINGS).meanAveragePrecision()).isZero();
  }

  @Test
  void setsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EvaluationSet.of(new float[2][3], new long[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EvaluationSet.of(new float[][] {{1}, {1, 2}}, new long[2]));
    EvaluationSet one = EvaluationSet.of(new float[][] {{1}}, new long[1]);
    EvaluationSet two = EvaluationSet.of(new float[][] {{1, 2}}, new long[1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetrievalMetrics.evaluate(one, two, SETTINGS))
        .withMessageContaining("one model");
    assertThatIllegalArgumentException().isThrownBy(() -> one.withCameras(new long[2]));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new RetrievalSettings(List.of(0), List.of(), Excluded.LEAVE, OptionalInt.empty()));
  }
}
