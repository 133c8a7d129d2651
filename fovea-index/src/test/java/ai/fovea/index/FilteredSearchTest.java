package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Searches under a filter, with the defaults of each kind: 99 of 100 of what an exact search
/// finds, however few are wanted and wherever they lie.
class FilteredSearchTest {
  private static final int DIMENSION = 32;
  private static final int QUERIES = 25;
  private static final double[] SHARES = {0.5, 0.1, 0.01, 0.001};

  private enum Choice {
    RANDOM,
    NEAR,
    FAR
  }

  static Stream<Arguments> kinds() {
    List<Arguments> all = new ArrayList<>();
    // From 10,000 vectors on IVF has lists; HNSW walks under a filter from 12,288 on.
    for (String kind : List.of("HNSW32", "HNSW16", "HNSW32,BQ", "IVF", "IVF,BQ", "IVF,Flat")) {
      for (boolean clusters : new boolean[] {false, true}) {
        all.add(Arguments.of(IndexSettings.parse(kind), clusters, 14_000));
      }
    }
    all.add(Arguments.of(IndexSettings.HNSW32, true, 1500));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void nearlyAllOfTheNearestWantedAreFound(IndexSettings kind, boolean clusters, int rows) {
    float[][] vectors =
        clusters ? Clusters.of(rows + QUERIES, DIMENSION, 1) : random(rows + QUERIES);
    float[][] queries = Arrays.copyOfRange(vectors, rows, vectors.length);
    vectors = Arrays.copyOf(vectors, rows);
    try (VectorIndex index = VectorIndex.create(kind, DIMENSION, Metric.INNER_PRODUCT);
        FlatIndex exact = new FlatIndex(DIMENSION, Metric.INNER_PRODUCT)) {
      // All at once: by several threads, as a gallery is filled.
      index.addAll(LongStream.range(0, rows).toArray(), vectors);
      exact.addAll(LongStream.range(0, rows).toArray(), vectors);
      for (Choice choice : Choice.values()) {
        for (double share : SHARES) {
          assertThat(recall(index, exact, queries, vectors, choice, share))
              .as("recall of %s, %s of %s", kind.text(), choice, share)
              .isGreaterThanOrEqualTo(0.99);
        }
      }
    }
  }

  /// By score: a vector as near as the tenth is as good.
  private static double recall(
      VectorIndex index,
      FlatIndex exact,
      float[][] queries,
      float[][] vectors,
      Choice choice,
      double share) {
    int found = 0;
    int all = 0;
    for (int q = 0; q < queries.length; q++) {
      BitSet filter = choose(choice, (int) Math.ceil(share * vectors.length), vectors, queries[q]);
      Search search = Search.of(10).where(id -> filter.get((int) id));
      List<Hit> truth = exact.search(queries[q], search);
      List<Hit> hits = index.search(queries[q], search);
      assertThat(hits).hasSameSizeAs(truth).allMatch(hit -> filter.get((int) hit.id()));
      // But for rounding, which differs with the kernels.
      float worst = truth.getLast().score() - 1e-6f;
      found += (int) hits.stream().filter(hit -> hit.score() >= worst).count();
      all += truth.size();
    }
    return (double) found / all;
  }

  private static BitSet choose(Choice choice, int count, float[][] vectors, float[] query) {
    Random random = new Random(count);
    double[] order =
        Arrays.stream(vectors)
            .mapToDouble(vector ->
                switch (choice) {
                  case RANDOM -> random.nextDouble();
                  case NEAR -> -product(query, vector);
                  case FAR -> product(query, vector);
                })
            .toArray();
    double[] sorted = order.clone();
    Arrays.sort(sorted);
    BitSet chosen = new BitSet();
    IntStream.range(0, order.length)
        .filter(i -> order[i] <= sorted[count - 1])
        .forEach(chosen::set);
    return chosen;
  }

  private static double product(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(d -> (double) a[d] * b[d]).sum();
  }

  private static float[][] random(int count) {
    Random random = new Random(3);
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      float length = (float) Math.sqrt(product(vector, vector));
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] /= length;
      }
    }
    return vectors;
  }
}
