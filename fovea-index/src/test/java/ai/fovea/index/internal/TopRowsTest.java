package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopRowsTest {

  /// Against sorting; with many equal ordered scores, both signs and both zeros.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 100, 1000})
  void keepsWhatSortingPutsFirst(int most) {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(300);
      float[] orderedScores = new float[n];
      long[] ids = new long[n];
      for (int i = 0; i < n; i++) {
        orderedScores[i] = (random.nextInt(21) - 10) / 4f * (random.nextBoolean() ? 1 : -1);
        ids[i] = 1_000_000_000_000L - 7L * i;
      }
      boolean named = random.nextBoolean();
      TopRows top = new TopRows(most, named ? ids : null);
      for (int row = 0; row < n; row++) {
        boolean filter = top.wants(orderedScores[row], row);
        if (orderedScores[row] < top.floor()) {
          assertThat(filter).isFalse();
        }
        if (filter) {
          top.add(orderedScores[row], row);
        }
      }
      Comparator<Integer> best =
          Comparator.<Integer>comparingDouble(row -> -(orderedScores[row] + 0f))
              .thenComparing(row -> named ? ids[row] : row);
      int[] expected =
          IntStream.range(0, n).boxed().sorted(best).limit(most).mapToInt(row -> row).toArray();
      assertThat(top.size()).isEqualTo(expected.length);
      assertThat(top.rows()).as("seed %d", seed).containsExactlyInAnyOrder(expected);
      if (n >= most) {
        assertThat(top.floor()).isEqualTo(orderedScores[expected[most - 1]] + 0f);
      } else {
        assertThat(top.floor()).isEqualTo(Float.NEGATIVE_INFINITY);
      }
    }
    assertThat(Arrays.asList(new TopRows(most, null).rows()).getFirst()).isEmpty();
  }
}
