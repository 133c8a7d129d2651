package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongIntMapTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAMap(long seed) {
    Random random = new Random(seed);
    LongIntMap map = new LongIntMap();
    Map<Long, Integer> expected = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      // Few different keys, some far apart, so that runs form and are broken up again.
      long key = (long) random.nextInt(300) << (random.nextInt(3) * 20);
      if (random.nextInt(5) < 3) {
        map.put(key, step);
        expected.put(key, step);
      } else {
        map.remove(key);
        expected.remove(key);
      }
      assertThat(map.size()).isEqualTo(expected.size());
      assertThat(map.get(key)).isEqualTo(expected.getOrDefault(key, -1));
    }
    expected.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    assertThat(map.get(Long.MAX_VALUE)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 9, 1000})
  void holdsMoreThanWasExpected(int expected) {
    LongIntMap map = new LongIntMap(expected);
    for (int key = 0; key < 3000; key++) {
      map.put(key * 7L, key);
    }
    assertThat(map.size()).isEqualTo(3000);
    for (int key = 0; key < 3000; key++) {
      assertThat(map.get(key * 7L)).isEqualTo(key);
      assertThat(map.get(key * 7L + 1)).isEqualTo(-1);
    }
  }
}
