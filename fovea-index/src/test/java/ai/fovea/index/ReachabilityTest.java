package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every row is found by its own vector, whatever lies around it: a default search's first score is
/// the row's own.
class ReachabilityTest {

  /// What an index holds: so many vectors by themselves, and groups of equal or nearly equal ones.
  ///
  /// @param lone how many by themselves
  /// @param groups how many groups of how many each
  /// @param noise the standard deviation of each value inside a group; 0 for equal vectors
  record Mixture(int lone, int groups, int each, double noise) {
    float[][] vectors(int dimension, boolean unit, Random random) {
      List<float[]> all = new ArrayList<>();
      for (int i = 0; i < lone; i++) {
        all.add(gaussian(dimension, random));
      }
      for (int group = 0; group < groups; group++) {
        float[] centre = gaussian(dimension, random);
        for (int i = 0; i < each; i++) {
          float[] vector = centre.clone();
          for (int d = 0; noise > 0 && d < dimension; d++) {
            vector[d] += (float) (noise * random.nextGaussian());
          }
          all.add(vector);
        }
      }
      if (unit) {
        all.forEach(ReachabilityTest::normalize);
      }
      return all.toArray(float[][]::new);
    }
  }

  private enum Order {
    LONE_FIRST,
    LONE_LAST,
    MIXED
  }

  // A walk is approximate: in 92 runs of the larger mixtures a row was missed in four, one each
  // time.
  private static final int ONE_IN = 1000;

  private static final List<IndexSettings.Hnsw> KINDS =
      Stream.of("HNSW32", "HNSW16", "HNSW32,BQ", "HNSW32,Flat")
          .map(name -> (IndexSettings.Hnsw) IndexSettings.parse(name))
          .toList();

  /// Each mixture with some kind and metric.
  static Stream<Arguments> mixtures() {
    List<Mixture> mixtures =
        List.of(
            new Mixture(30, 3, 360, 0),
            new Mixture(600, 10, 60, 0),
            new Mixture(100, 1, 1000, 1e-4),
            new Mixture(100, 5, 200, 1e-2),
            new Mixture(100, 5, 200, 0.1),
            new Mixture(1100, 0, 0, 0),
            new Mixture(40, 2, 550, 0),
            new Mixture(200, 3, 300, 1e-3),
            new Mixture(0, 100, 12, 0.01),
            new Mixture(10, 60, 20, 0.05));
    List<Arguments> all = new ArrayList<>();
    for (Mixture mixture : mixtures) {
      int seed = all.size();
      all.add(
          Arguments.of(
              mixture,
              KINDS.get(seed % KINDS.size()),
              Metric.values()[seed % 2],
              seed % 4 < 2 ? 48 : 16,
              Order.values()[seed % 3],
              seed));
    }
    return all.stream();
  }

  /// Larger ones with all kinds and metrics.
  static Stream<Arguments> largeMixtures() {
    List<Mixture> mixtures =
        List.of(
            new Mixture(50, 5, 400, 0),
            new Mixture(1000, 20, 60, 0),
            new Mixture(200, 1, 2000, 1e-4),
            new Mixture(200, 10, 200, 1e-2),
            new Mixture(200, 10, 200, 0.1),
            new Mixture(300, 1, 8000, 1e-4),
            new Mixture(2000, 0, 0, 0),
            new Mixture(0, 300, 12, 0.01),
            new Mixture(0, 300, 12, 0.1),
            new Mixture(50, 200, 20, 0.05));
    List<Arguments> all = new ArrayList<>();
    int seed = 0;
    for (Mixture mixture : mixtures) {
      for (IndexSettings.Hnsw kind : KINDS) {
        for (Metric metric : Metric.values()) {
          Order order = Order.values()[seed % 3];
          all.add(Arguments.of(mixture, kind, metric, seed % 2 == 0 ? 48 : 16, order, seed++));
        }
      }
    }
    return all.stream();
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("largeMixtures")
  void everyRowOfManyFindsItself(
      Mixture mixture, IndexSettings.Hnsw kind, Metric metric, int dimension, Order order, int seed)
      throws IOException {
    assertEveryRowFindsItself(mixture, kind, metric, dimension, order, seed, ONE_IN);
  }

  @ParameterizedTest
  @MethodSource("mixtures")
  void everyRowFindsItself(
      Mixture mixture, IndexSettings.Hnsw kind, Metric metric, int dimension, Order order, int seed)
      throws IOException {
    assertEveryRowFindsItself(mixture, kind, metric, dimension, order, seed, Integer.MAX_VALUE);
  }

  private static void assertEveryRowFindsItself(
      Mixture mixture,
      IndexSettings.Hnsw kind,
      Metric metric,
      int dimension,
      Order order,
      int seed,
      int oneIn)
      throws IOException {
    Random random = new Random(seed);
    float[][] vectors =
        inOrder(
            mixture.vectors(dimension, metric == Metric.INNER_PRODUCT, random),
            mixture.lone,
            order,
            random);
    try (HnswIndex index = new HnswIndex(dimension, metric, kind);
        FlatIndex exact = new FlatIndex(dimension, metric)) {
      // In bulk by several threads, in small portions, and one by one.
      int bulk = seed % 3 == 0 ? vectors.length : 1000;
      int last = Math.max(0, vectors.length - 100);
      for (int from = 0, to; from < vectors.length; from = to) {
        to = from >= last ? from + 1 : Math.min(last, from + bulk);
        for (VectorIndex each : List.of(index, exact)) {
          each.addAll(LongStream.range(from, to).toArray(), Arrays.copyOfRange(vectors, from, to));
        }
      }
      assertAllFound(index, exact, oneIn, "added");
      // A third is replaced, by vectors of others for the most part, a quarter removed.
      for (int i = 0; i < vectors.length / 3; i++) {
        long id = random.nextInt(vectors.length);
        float[] vector =
            i % 4 == 0
                ? mixture.vectors(dimension, true, random)[0]
                : vectors[random.nextInt(i + 1)];
        index.update(id, vector);
        exact.update(id, vector);
      }
      long[] some = random.longs(0, vectors.length).distinct().limit(vectors.length / 4).toArray();
      index.removeAll(some);
      exact.removeAll(some);
      assertAllFound(index, exact, oneIn, "replaced and removed");
      try (VectorIndex opened = IndexFile.open(VectorIndexContract.written(index));
          HnswIndex copied = new HnswIndex(kind, dimension, metric, index.contents())) {
        assertAllFound(opened, exact, oneIn, "opened");
        assertThat(copied.unreachable()).isEmpty();
      }
    }
  }

  /// With few links not every search comes to each row, but one that is wide enough does.
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void everyRowIsReachableHoweverFewLinksThereAre(int m) {
    Mixture mixture = new Mixture(100, 2, 600, 1e-3);
    for (int round = 0; round < 40; round++) {
      try (HnswIndex index = new HnswIndex(16, Metric.L2, new IndexSettings.Hnsw(m))) {
        Clusters.add(index, 0, mixture.vectors(16, false, new Random(m + 10 * round)));
        assertThat(index.unreachable()).as("round %d", round).isEmpty();
      }
    }
  }

  /// Rows that were cut off by an earlier version, and graphs of others.
  @Test
  void rowsThatWereCutOffAreLinkedWhenTheFileIsOpened() throws IOException {
    float[][] vectors = new Mixture(300, 3, 400, 0).vectors(24, true, new Random(5));
    try (HnswIndex index = new HnswIndex(24, Metric.L2, IndexSettings.HNSW32);
        FlatIndex exact = new FlatIndex(24, Metric.L2)) {
      Clusters.add(index, 0, vectors);
      Clusters.add(exact, 0, vectors);
      HnswContents contents = index.contents();
      // No link leads to the rows of every seventh id any more.
      MemorySegment lowest = contents.lowest();
      for (long i = 0; i < lowest.byteSize() / Integer.BYTES; i++) {
        int link = lowest.getAtIndex(ValueLayout.JAVA_INT, i);
        if (link > 0 && link % 7 == 0 && link != contents.entry()) {
          lowest.setAtIndex(ValueLayout.JAVA_INT, i, contents.entry());
        }
      }
      try (HnswIndex opened = new HnswIndex(IndexSettings.HNSW32, 24, Metric.L2, contents)) {
        assertThat(opened.unreachable()).isEmpty();
        // Linked anew with the changes that follow.
        for (int i = 0; i < vectors.length / 2; i++) {
          opened.update(i, vectors[i]);
        }
        assertAllFound(opened, exact, Integer.MAX_VALUE, "renewed");
      }
    }
  }

  @Test
  void rowsThatCantBeReachedAreNamed() throws IOException {
    float[][] vectors = Clusters.of(1200, 16, 3);
    try (HnswIndex index = new HnswIndex(16, Metric.L2, IndexSettings.HNSW32)) {
      Clusters.add(index, 100, vectors);
      MemorySegment bytes = VectorIndexContract.written(index);
      long idsAt = IndexFile.aligned(IndexFile.HEADER_BYTES + 1200L * 16 * Float.BYTES);
      long levelsAt = IndexFile.aligned(idsAt + 1200L * Long.BYTES);
      long linksAt = levelsAt + IndexFile.aligned(1200);
      // A file that claims that all is well.
      for (int i = 0; i < 1200 * 64; i++) {
        if (bytes.get(IndexFile.INT, linksAt + 4L * i) == 77) {
          bytes.set(IndexFile.INT, linksAt + 4L * i, 78);
        }
      }
      try (VectorIndex opened = IndexFile.open(bytes)) {
        assertThat(opened.unreachable()).containsExactly(177);
        opened.relink();
        assertThat(opened.unreachable()).isEmpty();
        assertThat(opened.search(vectors[77], 1).getFirst().id()).isEqualTo(177);
      }
    }
  }

  /// @param oneIn of how many rows one may not find itself
  private static void assertAllFound(VectorIndex index, FlatIndex exact, int oneIn, String when) {
    assertThat(index.unreachable()).as(when).isEmpty();
    long[] ids = exact.ids();
    float[][] queries = Arrays.stream(ids).mapToObj(exact::vector).toArray(float[][]::new);
    List<List<Hit>> found = index.searchBatch(queries, 10);
    List<List<Hit>> truth = exact.searchBatch(queries, 10);
    List<Long> lost = new ArrayList<>();
    int hits = 0;
    int all = 0;
    for (int q = 0; q < queries.length; q++) {
      if (!asGood(
          index.metric(), found.get(q).getFirst().score(), truth.get(q).getFirst().score())) {
        lost.add(ids[q]);
      }
      float worst = truth.get(q).getLast().score();
      hits +=
          (int)
              found.get(q).stream()
                  .filter(hit -> asGood(index.metric(), hit.score(), worst))
                  .count();
      all += truth.get(q).size();
    }
    assertThat(lost)
        .as("%s: ids that do not find themselves", when)
        .hasSizeLessThanOrEqualTo(ids.length / oneIn);
    assertThat((double) hits / all).as("%s: recall", when).isGreaterThanOrEqualTo(0.95);
    for (int q = 0; q < queries.length; q += 37) {
      long id = ids[q];
      assertThat(index.search(queries[q], 1, other -> other == id))
          .extracting(Hit::id)
          .containsExactly(id);
    }
  }

  /// But for rounding, which differs with the kernels: sums of some ten products of numbers around
  /// 1 to 10.
  private static boolean asGood(Metric metric, float score, float other) {
    return metric.greaterIsBetter() ? score >= other - 1e-5 : score <= other + 1e-4;
  }

  private static float[][] inOrder(float[][] vectors, int lone, Order order, Random random) {
    List<float[]> all = new ArrayList<>(List.of(vectors));
    switch (order) {
      case LONE_FIRST -> {}
      case LONE_LAST -> Collections.rotate(all, -lone);
      case MIXED -> Collections.shuffle(all, random);
    }
    return all.toArray(float[][]::new);
  }

  private static float[] gaussian(int dimension, Random random) {
    float[] vector = new float[dimension];
    IntStream.range(0, dimension).forEach(d -> vector[d] = (float) random.nextGaussian());
    return vector;
  }

  private static void normalize(float[] vector) {
    double squared = 0;
    for (float value : vector) {
      squared += (double) value * value;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= (float) Math.sqrt(squared);
    }
  }
}
