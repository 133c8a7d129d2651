package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Smaller codes first, vectors second: nearly all of the nearest, with exact scores.
class QuantizationTest {

  @Nested
  class FlatInt8 extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return VectorIndex.create(IndexSettings.parse("Flat,SQ8"), dimension, metric);
    }
  }

  @Nested
  class FlatBit extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return VectorIndex.create(IndexSettings.parse("Flat,BQ"), dimension, metric);
    }
  }

  @Nested
  class HnswBit extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return VectorIndex.create(IndexSettings.parse("HNSW16,BQ"), dimension, metric);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Flat,SQ8', INNER_PRODUCT, 48",
    "'Flat,SQ8', L2, 100",
    "'Flat,BQ', INNER_PRODUCT, 128",
    "'Flat,BQ', L2, 100",
    "'HNSW16,BQ', INNER_PRODUCT, 128",
    "'HNSW16,BQ', L2, 200",
    "HNSW16, INNER_PRODUCT, 128",
    "IVF16, INNER_PRODUCT, 128",
    "IVF16, L2, 100",
    "'IVF16,Flat', L2, 48",
    "'IVF16,BQ', INNER_PRODUCT, 128",
    "'HNSW16,Flat', INNER_PRODUCT, 128"
  })
  void nearlyAllOfTheNearestAreFound(String name, Metric metric, int dimension) throws IOException {
    float[][] vectors = Clusters.of(4000, dimension, 1);
    float[][] queries = Clusters.of(100, dimension, 2);
    // Off the centre, as real features are: codes must not be spent on what all have in common.
    float[][] later = Clusters.of(3000, dimension, 3);
    for (float[][] all : List.of(vectors, queries, later)) {
      for (float[] vector : all) {
        vector[0] += 2;
      }
    }
    try (VectorIndex index = VectorIndex.create(IndexSettings.parse(name), dimension, metric);
        VectorIndex exact = VectorIndex.create(IndexSettings.FLAT, dimension, metric)) {
      Clusters.add(index, 0, vectors);
      Clusters.add(exact, 0, vectors);
      Search search = Search.of(10).withEf(300).withNprobe(16);
      assertThat(Clusters.recall(index, exact, queries, search))
          .as(name + metric)
          .isGreaterThan(0.96);
      for (Hit hit : index.search(queries[0], 10)) {
        assertThat(exact.search(queries[0], 4000)).contains(hit);
      }
      assertThat(index.search(queries[0], search.where(id -> id < 2000)))
          .hasSize(10)
          .allMatch(hit -> hit.id() < 2000);
      try (VectorIndex opened = IndexFile.open(VectorIndexContract.written(index))) {
        assertThat(opened.settings()).isEqualTo(IndexSettings.parse(name));
        assertThat(opened.searchBatch(queries, search))
            .isEqualTo(index.searchBatch(queries, search));
      }
      // Three quarters replaced, which makes rows move or be used again.
      long[] some = LongStream.range(0, 3000).toArray();
      for (VectorIndex each : List.of(index, exact)) {
        each.removeAll(some);
        Clusters.add(each, 5000, later);
      }
      assertThat(Clusters.recall(index, exact, queries, search))
          .as(name + metric)
          .isGreaterThan(0.96);
    }
  }

  @ParameterizedTest
  @CsvSource({"INNER_PRODUCT", "L2"})
  void bitsEstimateScoresWithoutBias(Metric metric) {
    int d = 300;
    Random random = new Random(4);
    float[][] vectors = Clusters.of(1500, d, 5);
    try (FlatIndex index = new FlatIndex(d, metric)) {
      Clusters.add(index, 0, vectors);
      RowView view = index.open();
      BitCodes codes = new BitCodes(metric, Codes.centre(view, d), view.chunks);
      for (int row = 0; row < 1500; row++) {
        codes.put(row, vectors[row]);
      }
      Codes.Query query = codes.query();
      double errors = 0;
      double squares = 0;
      int n = 0;
      for (int q = 0; q < 50; q++) {
        float[] asked = vectors[random.nextInt(1500)];
        query.set(asked);
        for (int i = 0; i < 100; i++) {
          int row = random.nextInt(1500);
          float[] orderedScore = new float[4];
          query.orderedScores(new int[] {row}, 1, orderedScore);
          double exact = 0;
          for (int j = 0; j < d; j++) {
            double difference = asked[j] - vectors[row][j];
            exact +=
                metric == Metric.L2
                    ? -difference * difference
                    : (double) asked[j] * vectors[row][j];
          }
          errors += orderedScore[0] - exact;
          squares += Math.pow(orderedScore[0] - exact, 2);
          n++;
        }
      }
      // The paper's bound: a deviation of about 1/√P per unit of length, here 1/√512; twice it
      // under L2.
      double deviation = metric == Metric.L2 ? 0.12 : 0.06;
      assertThat(Math.sqrt(squares / n)).isLessThan(deviation);
      assertThat(Math.abs(errors / n)).isLessThan(deviation / 4);
    }
  }
}
