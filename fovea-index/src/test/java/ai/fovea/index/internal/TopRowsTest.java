package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopRowsTest {

  /// Against sorting; with many equal merits, both signs and both zeros.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 100, 1000})
  void keepsWhatSortingPutsFirst(int most) {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(300);
      float[] merits = new float[n];
      long[] ids = new long[n];
      for (int i = 0; i < n; i++) {
        merits[i] = (random.nextInt(21) - 10) / 4f * (random.nextBoolean() ? 1 : -1);
        ids[i] = 1_000_000_000_000L - 7L * i;
      }
      boolean named = random.nextBoolean();
      TopRows top = new TopRows(most, named ? ids : null);
      for (int row = 0; row < n; row++) {
        boolean wanted = top.wants(merits[row], row);
        if (merits[row] < top.floor()) {
          assertThat(wanted).isFalse();
        }
        if (wanted) {
          top.add(merits[row], row);
        }
      }
      Comparator<Integer> best =
          Comparator.<Integer>comparingDouble(row -> -(merits[row] + 0f))
              .thenComparing(row -> named ? ids[row] : row);
      int[] expected =
          IntStream.range(0, n).boxed().sorted(best).limit(most).mapToInt(row -> row).toArray();
      assertThat(top.size()).isEqualTo(expected.length);
      assertThat(top.rows()).as("seed %d", seed).containsExactlyInAnyOrder(expected);
      if (n >= most) {
        assertThat(top.floor()).isEqualTo(merits[expected[most - 1]] + 0f);
      } else {
        assertThat(top.floor()).isEqualTo(Float.NEGATIVE_INFINITY);
      }
    }
    assertThat(Arrays.asList(new TopRows(most, null).rows()).getFirst()).isEmpty();
  }
}
