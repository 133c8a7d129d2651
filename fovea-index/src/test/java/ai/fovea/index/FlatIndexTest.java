package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.index.internal.ScalarKernels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlatIndexTest extends VectorIndexContract {

  @Override
  protected VectorIndex create(int dimension, Metric metric) {
    return new FlatIndex(dimension, metric);
  }

  @Nested
  class WithoutSimd extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return new FlatIndex(dimension, metric, IndexSettings.FLAT, new ScalarKernels());
    }
  }

  @Test
  void dimensionsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlatIndex(0, Metric.L2))
        .withMessageContaining("0");
    assertThatIllegalArgumentException().isThrownBy(() -> new FlatIndex(65_537, Metric.L2));
  }

  @Test
  void rowsAreFoundAcrossAllChunks() {
    // 20,000 rows of 1,024 values reach past the chunks that double, 64 to 1,024 rows, into those
    // of full size.
    int n = 20_000;
    try (FlatIndex index = new FlatIndex(1024, Metric.L2)) {
      for (int from = 0; from < n; from += 1000) {
        int start = from;
        index.addAll(
            IntStream.range(start, start + 1000).mapToLong(i -> i).toArray(),
            IntStream.range(start, start + 1000)
                .mapToObj(FlatIndexTest::marked)
                .toArray(float[][]::new));
      }
      for (int id : new int[] {0, 63, 64, 191, 192, 4031, 4032, 8191, 8192, n - 1}) {
        assertThat(index.vector(id)).containsExactly(marked(id));
        List<Hit> hits = index.search(marked(id), 1);
        assertThat(hits).containsExactly(new Hit(id, 0));
      }
    }
  }

  @Test
  void replacingEverythingManyTimesKeepsTheIndexSmall() {
    try (FlatIndex index = new FlatIndex(2, Metric.INNER_PRODUCT)) {
      for (int round = 0; round < 200; round++) {
        for (int id = 0; id < 100; id++) {
          if (round == 0) {
            index.add(id, new float[] {id, round});
          } else {
            index.update(id, new float[] {id, round});
          }
        }
      }
      assertThat(index.size()).isEqualTo(100);
      assertThat(index.rows()).isLessThan(100 + 1024 + 2);
      assertThat(index.search(new float[] {1, 0}, 1)).containsExactly(new Hit(99, 99));
      assertThat(index.vector(7)).containsExactly(7, 199);
    }
  }

  private static float[] marked(int id) {
    float[] vector = new float[1024];
    vector[id % 1000] = 1 + id;
    vector[1023] = id % 7;
    return vector;
  }
}
