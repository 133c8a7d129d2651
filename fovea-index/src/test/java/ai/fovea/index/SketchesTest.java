package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.ScalarKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What sketches promise: no row is ruled out that could have matched.
class SketchesTest {
  private static final List<Kernels> KERNELS = List.of(Kernels.fastest(), new ScalarKernels());

  /// Vectors `[D]` that differ by `rank` directions for the most part, by `noise` in all others.
  private static float[][] vectors(int n, int dimension, int rank, float noise, long seed) {
    Random directions = new Random(7);
    float[][] basis = new float[rank][dimension];
    for (float[] direction : basis) {
      for (int d = 0; d < dimension; d++) {
        direction[d] = (float) directions.nextGaussian();
      }
    }
    Random random = new Random(seed);
    float[][] vectors = new float[n][dimension];
    for (float[] vector : vectors) {
      for (float[] direction : basis) {
        float much = (float) random.nextGaussian();
        for (int d = 0; d < dimension; d++) {
          vector[d] += much * direction[d];
        }
      }
      for (int d = 0; d < dimension; d++) {
        vector[d] += noise * (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static float product(Metric metric, float[] p, float[] e) {
    double product = 0;
    double squares = 0;
    for (int d = 0; d < p.length; d++) {
      product += (double) p[d] * e[d];
      squares += (double) e[d] * e[d];
    }
    return (float) (metric == Metric.L2 ? 2 * product - squares : product);
  }

  private static float squares(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return (float) squares;
  }

  @ParameterizedTest
  @CsvSource({
    "INNER_PRODUCT, 128, 40, 0.2, 1",
    "L2, 128, 40, 0.2, 1",
    "L2, 256, 100, 0.1, 1",
    "INNER_PRODUCT, 512, 200, 0.5, 1",
    // All in the axes, or in three of them, and lengths at both ends.
    "INNER_PRODUCT, 128, 40, 0, 1",
    "L2, 128, 3, 0, 1",
    "INNER_PRODUCT, 144, 20, 0.1, 1e-15",
    "L2, 144, 20, 0.1, 1e12",
  })
  void boundsAreNeverExceeded(Metric metric, int dimension, int rank, float noise, float scale) {
    for (Kernels kernels : KERNELS) {
      float[][] rows = vectors(700, dimension, rank, noise, 1);
      // Some that the axes were not learned from, and one that is nothing.
      System.arraycopy(vectors(20, dimension, dimension, 1, 2), 0, rows, 500, 20);
      Arrays.fill(rows[600], 0);
      for (float[] row : rows) {
        scale(row, scale);
      }
      // What queries have in common, or what rows have, or nothing at all.
      float[] common =
          switch (rank) {
            case 40 -> null;
            case 20 -> new float[dimension];
            default -> rows[1];
          };
      Sketches sketches = Sketches.learn(kernels, metric, Arrays.copyOf(rows, 500), common);
      assertThat(sketches).isNotNull();
      for (int i = 0; i < rows.length; i++) {
        sketches.put(i, rows[i], squares(rows[i]));
      }
      float[][] queries = vectors(30, dimension, rank, noise, 3);
      queries[0] = rows[0].clone();
      queries[1] = vectors(1, dimension, dimension, 1, 4)[0];
      for (int q = 2; q < queries.length; q++) {
        scale(queries[q], scale);
      }
      Sketches.Query one = sketches.query();
      Sketches.Query two = sketches.query();
      int[] numbers = IntStream.range(0, rows.length).map(i -> rows.length - 1 - i).toArray();
      float[] out = new float[rows.length + 3];
      float[] first = new float[rows.length + 3];
      float[] second = new float[rows.length + 3];
      int close = 0;
      for (int q = 0; q + 1 < queries.length; q++) {
        one.set(queries[q], 0);
        two.set(queries[q + 1], 0);
        one.bounds(numbers, rows.length, out);
        one.bounds(two, 0, rows.length, first, second);
        double length = Math.sqrt(squares(queries[q]));
        for (int i = 0; i < rows.length; i++) {
          float orderedScore = product(metric, queries[q], rows[i]);
          assertThat(out[rows.length - 1 - i]).isGreaterThanOrEqualTo(orderedScore);
          assertThat(first[i]).isEqualTo(out[rows.length - 1 - i]);
          assertThat(second[i]).isGreaterThanOrEqualTo(product(metric, queries[q + 1], rows[i]));
          close += first[i] - orderedScore < 0.3 * length * Math.sqrt(squares(rows[i])) ? 1 : 0;
        }
        one.bounds(5, 600, first);
        assertThat(first[0]).isEqualTo(out[rows.length - 1 - 5]);
        assertThat(first[599]).isEqualTo(out[rows.length - 1 - 604]);
      }
      // Bounds that tell nothing would hold, too.
      assertThat(close).isGreaterThan(rows.length * queries.length * 8 / 10);
    }
  }

  private static void scale(float[] vector, float by) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= by;
    }
  }

  @Test
  void vectorsThatHaveNothingInCommonHaveNone() {
    Kernels kernels = Kernels.fastest();
    float[][] alike = vectors(1000, 128, 128, 1, 1);
    assertThat(Sketches.learn(kernels, Metric.L2, alike, null)).isNull();
    // Of so few values that a code is hardly more than a sketch.
    float[][] small = vectors(1000, 64, 5, 0, 1);
    assertThat(Sketches.learn(kernels, Metric.L2, small, null)).isNull();
    float[][] same = new float[100][128];
    assertThat(Sketches.learn(kernels, Metric.INNER_PRODUCT, same, null)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "HNSW16, INNER_PRODUCT",
    "HNSW16, L2",
    "'Flat,SQ8', L2",
    "IVF16, INNER_PRODUCT",
    "IVF16, L2",
  })
  void nothingIsFoundOtherwiseThanWithout(String name, Metric metric) throws IOException {
    int dimension = 150;
    float[][] vectors = vectors(6000, dimension, 30, 0.3f, 1);
    float[][] queries = vectors(200, dimension, 30, 0.3f, 2);
    try (VectorIndex index = VectorIndex.create(IndexSettings.parse(name), dimension, metric)) {
      Clusters.add(index, 0, vectors);
      MemorySegment written = VectorIndexContract.written(index);
      MemorySegment old = withoutSketches(index, written);
      try (VectorIndex opened = IndexFile.open(written);
          VectorIndex without = IndexFile.open(old)) {
        for (Search search :
            List.of(
                Search.of(10),
                Search.of(3).withEf(20).withNprobe(3),
                Search.of(10).where(id -> id % 3 == 0).withThreads(2))) {
          List<List<Hit>> hits = index.searchBatch(queries, search);
          assertThat(opened.searchBatch(queries, search)).isEqualTo(hits);
          assertThat(without.searchBatch(queries, search)).isEqualTo(hits);
          for (int q = 0; q < 20; q++) {
            assertThat(index.search(queries[q], search)).isEqualTo(hits.get(q));
          }
        }
        assertThat(VectorIndexContract.written(opened).mismatch(written)).isEqualTo(-1);
      }
    }
  }

  /// What was written before there were sketches.
  private static MemorySegment withoutSketches(VectorIndex index, MemorySegment written) {
    int rows = index.size();
    long more =
        codes(index).bytes(rows)
            - IndexFile.aligned(4L * index.dimension())
            - IndexFile.aligned(8L * rows)
            - IndexFile.aligned(Math.ceilDiv(index.dimension(), 16) * 16L * rows);
    assertThat(more).isGreaterThan(64L * rows);
    long size = written.byteSize() - more;
    MemorySegment old = MemorySegment.ofArray(new byte[(int) size]);
    MemorySegment.copy(written, 0, old, 0, size);
    old.set(ValueLayout.JAVA_LONG_UNALIGNED, 48, size);
    return old;
  }

  private static Codes codes(VectorIndex index) {
    return switch (((RowIndex) index).open().structure) {
      case FlatIndex.Coded coded -> coded.codes();
      case HnswState state -> state.codes;
      case IvfLists lists -> lists.codes();
      case null -> throw new AssertionError("there are no codes");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "INNER_PRODUCT, 0, 1",
    "INNER_PRODUCT, 3, 1",
    "L2, 0, 1",
    "L2, 3, 1000",
    "L2, 1000, 1",
  })
  void theSameListsAreChosenAsWithout(Metric metric, float off, float scale) {
    int dimension = 144;
    int lists = 700;
    float[][] rows = vectors(3000, dimension, 30, 0.3f, 1);
    float[][] middles = vectors(lists, dimension, 30, 0.3f, 2);
    float[][] queries = vectors(200, dimension, 30, 0.3f, 3);
    for (float[][] all : List.of(rows, middles, queries)) {
      for (float[] vector : all) {
        scale(vector, scale);
        for (int d = 0; d < dimension; d++) {
          vector[d] += off;
        }
      }
    }
    middles[5] = middles[6].clone();
    queries[7] = middles[5].clone();
    MemorySegment bytes = Arena.ofAuto().allocate(4L * lists * dimension);
    for (int c = 0; c < lists; c++) {
      MemorySegment.copy(
          middles[c], 0, bytes, ValueLayout.JAVA_FLOAT, 4L * c * dimension, dimension);
    }
    Centroids centroids = new Centroids(Kernels.fastest(), dimension, metric, bytes, lists);
    try (FlatIndex index =
        new FlatIndex(dimension, metric, (IndexSettings.Flat) IndexSettings.parse("Flat,SQ8"))) {
      Clusters.add(index, 0, rows);
      NearestLists nearest = NearestLists.of(centroids, codes(index));
      assertThat(nearest.sketched()).isTrue();
      for (int k : new int[] {1, 2, 10, 100, 175, 300}) {
        for (int q = 0; q < queries.length; q++) {
          assertThat(nearest.of(queries, q, q + 1, k)[0])
              .containsExactlyInAnyOrder(centroids.nearest(queries, q, q + 1, k)[0]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HNSW16", "Flat,SQ8"})
  void theyAreLearnedOnceThereAreManyMore(String name) throws IOException {
    try (VectorIndex index =
            VectorIndex.create(IndexSettings.parse(name), 128, Metric.INNER_PRODUCT);
        VectorIndex exact = VectorIndex.create(IndexSettings.FLAT, 128, Metric.INNER_PRODUCT)) {
      // At first there is nothing to learn, later there is.
      float[][] first = vectors(1500, 128, 128, 1, 1);
      for (float[] vector : first) {
        scale(vector, 0.05f);
      }
      float[][] later = vectors(4000, 128, 10, 0.1f, 2);
      for (VectorIndex each : List.of(index, exact)) {
        Clusters.add(each, 0, first);
      }
      long withoutSketches = codes(index).bytes(0);
      for (VectorIndex each : List.of(index, exact)) {
        Clusters.add(each, 1500, later);
      }
      assertThat(codes(index).bytes(0)).isGreaterThan(withoutSketches);
      assertThat(
              Clusters.recall(
                  index, exact, vectors(100, 128, 10, 0.1f, 3), Search.of(10).withEf(400)))
          .isGreaterThan(0.97);
      // Opened again, an index from before there were sketches learns with the next addition.
      MemorySegment written = VectorIndexContract.written(index);
      MemorySegment old = withoutSketches(index, written);
      try (VectorIndex opened = IndexFile.open(old)) {
        assertThat(codes(opened).bytes(0)).isEqualTo(withoutSketches);
        opened.add(6000, later[0]);
        assertThat(codes(opened).bytes(0)).isEqualTo(codes(index).bytes(0));
      }
    }
  }

  @Test
  void damagedOnesAreRefused() throws IOException {
    try (VectorIndex index = VectorIndex.create(IndexSettings.parse("HNSW16"), 150, Metric.L2)) {
      Clusters.add(index, 0, vectors(1200, 150, 30, 0.3f, 1));
      MemorySegment written = VectorIndexContract.written(index);
      long at = withoutSketches(index, written).byteSize();
      for (int lines : new int[] {-1, 0, 2, 3, 1 << 30}) {
        MemorySegment damaged = MemorySegment.ofArray(written.toArray(ValueLayout.JAVA_BYTE));
        damaged.set(ValueLayout.JAVA_INT_UNALIGNED, at + 4, lines);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> IndexFile.open(damaged))
            .withMessageContaining("not a valid index, at byte ");
      }
      for (long size : new long[] {at + 63, at + 64, written.byteSize() - 64}) {
        MemorySegment cut =
            MemorySegment.ofArray(written.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
        cut.set(ValueLayout.JAVA_LONG_UNALIGNED, 48, size);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> IndexFile.open(cut))
            .withMessageContaining("not a valid index");
      }
    }
  }
}
