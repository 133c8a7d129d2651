package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.index.internal.ScalarKernels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HnswIndexTest extends VectorIndexContract {
  private static final IndexSettings.Hnsw HNSW = new IndexSettings.Hnsw(16);
  private static final int D = 24;

  @Override
  protected VectorIndex create(int dimension, Metric metric) {
    return new HnswIndex(dimension, metric, HNSW);
  }

  @Nested
  class WithoutSimd extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return new HnswIndex(dimension, metric, HNSW, new ScalarKernels());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INNER_PRODUCT, NONE",
    "INNER_PRODUCT, INT8",
    "L2, NONE",
    "L2, INT8",
  })
  void findsNearlyAllOfTheNearest(Metric metric, Quantization quantization) {
    float[][] vectors = clustered(5000, 1);
    float[][] queries = clustered(200, 2);
    try (HnswIndex index = new HnswIndex(D, metric, HNSW.withQuantization(quantization));
        FlatIndex exact = new FlatIndex(D, metric)) {
      add(index, 0, vectors);
      add(exact, 0, vectors);
      assertThat(recall(index, exact, queries, 96)).isGreaterThan(0.97);
      assertThat(recall(index, exact, queries, 400)).isGreaterThan(0.995);
      assertScoresAreExact(index, exact, queries);
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorsFarFromTheOriginAreToldApart(Metric metric) {
    float[][] vectors = clustered(3000, 3);
    float[][] queries = clustered(100, 4);
    for (float[][] all : List.of(vectors, queries)) {
      for (float[] vector : all) {
        for (int d = 0; d < D; d++) {
          vector[d] += 50;
        }
      }
    }
    try (HnswIndex index = new HnswIndex(D, metric, HNSW);
        FlatIndex exact = new FlatIndex(D, metric)) {
      add(index, 0, vectors);
      add(exact, 0, vectors);
      assertThat(recall(index, exact, queries, 200)).isGreaterThan(0.95);
    }
  }

  @Test
  void recallStaysAfterEveryVectorWasReplacedOnce() {
    float[][] old = clustered(6000, 5);
    float[][] vectors = clustered(6000, 6);
    float[][] queries = clustered(300, 7);
    try (HnswIndex changed = new HnswIndex(D, Metric.L2, HNSW);
        HnswIndex fresh = new HnswIndex(D, Metric.L2, HNSW);
        FlatIndex exact = new FlatIndex(D, Metric.L2)) {
      add(changed, 0, old);
      for (int i = 0; i < vectors.length; i++) {
        changed.update(i, vectors[i]);
      }
      add(fresh, 0, vectors);
      add(exact, 0, vectors);
      assertThat(changed.size()).isEqualTo(6000);
      for (int ef : new int[] {32, 64, 128}) {
        assertThat(recall(changed, exact, queries, ef))
            .as("recall at ef %d", ef)
            .isGreaterThan(recall(fresh, exact, queries, ef) - 0.01);
      }
      // Rows are used again, so that memory does not grow with the number of changes: some four
      // rows
      // for three vectors while the next graph is begun, and a third of them more until it is
      // whole.
      for (int i = 0; i < vectors.length; i++) {
        changed.update(i, vectors[i]);
      }
      assertThat(changed.rows()).isLessThan(11_000);
      assertScoresAreExact(changed, exact, queries);
    }
  }

  @Test
  void removingTheHalfAndAddingItAgainOverAndOver() {
    float[][] vectors = clustered(4000, 8);
    float[][] queries = clustered(200, 9);
    Random random = new Random(10);
    try (HnswIndex index = new HnswIndex(D, Metric.INNER_PRODUCT, HNSW);
        FlatIndex exact = new FlatIndex(D, Metric.INNER_PRODUCT)) {
      add(index, 0, vectors);
      add(exact, 0, vectors);
      for (int round = 0; round < 6; round++) {
        long[] some = random.longs(0, 4000).distinct().limit(2000).toArray();
        for (VectorIndex each : List.of(index, exact)) {
          each.removeAll(some);
        }
        assertThat(recall(index, exact, queries, 100)).isGreaterThan(0.95);
        float[][] again =
            Arrays.stream(some).mapToObj(id -> vectors[(int) id]).toArray(float[][]::new);
        for (VectorIndex each : List.of(index, exact)) {
          each.addAll(some, again);
        }
        assertThat(recall(index, exact, queries, 100)).isGreaterThan(0.97);
      }
      assertThat(index.rows()).isLessThan(9000);
    }
  }

  @Test
  void nearlyEverythingMayBeRemoved() {
    float[][] vectors = clustered(3000, 11);
    try (HnswIndex index = new HnswIndex(D, Metric.L2, HNSW)) {
      add(index, 0, vectors);
      index.removeAll(IntStream.range(3, 3000).asLongStream().toArray());
      assertThat(index.search(vectors[1], 10)).hasSize(3).first().isEqualTo(new Hit(1, 0));
      index.removeAll(new long[] {0, 1, 2});
      assertThat(index.search(vectors[1], 10)).isEmpty();
      add(index, 0, vectors);
      assertThat(index.search(vectors[2000], Search.of(1).withEf(3000)))
          .containsExactly(new Hit(2000, 0));
    }
  }

  @Test
  void filteredSearchesFindKHoweverFewAreWanted() {
    float[][] vectors = clustered(5000, 12);
    float[][] queries = clustered(50, 13);
    try (HnswIndex index = new HnswIndex(D, Metric.L2, HNSW);
        FlatIndex exact = new FlatIndex(D, Metric.L2)) {
      add(index, 0, vectors);
      add(exact, 0, vectors);
      for (int every : new int[] {2, 10, 100, 1000}) {
        Search search = Search.of(10).where(id -> id % every == 0);
        int found = 0;
        int all = 0;
        for (float[] query : queries) {
          List<Hit> hits = index.search(query, search);
          List<Hit> truth = exact.search(query, search);
          assertThat(hits).hasSameSizeAs(truth).allMatch(hit -> hit.id() % every == 0);
          found += (int) hits.stream().filter(truth::contains).count();
          all += truth.size();
        }
        assertThat((double) found / all).as("every %d-th", every).isGreaterThan(0.97);
      }
    }
  }

  @Test
  void rangeSearchFindsNearlyAll() {
    float[][] vectors = clustered(5000, 14);
    try (HnswIndex index = new HnswIndex(D, Metric.L2, HNSW);
        FlatIndex exact = new FlatIndex(D, Metric.L2)) {
      add(index, 0, vectors);
      add(exact, 0, vectors);
      for (int rank : new int[] {3, 60, 600, 4000}) {
        float threshold = exact.search(vectors[0], rank).getLast().score();
        List<Hit> truth = exact.searchRange(vectors[0], threshold, Search.of(5000));
        List<Hit> found = index.searchRange(vectors[0], threshold, Search.of(5000));
        assertThat(truth).containsAll(found);
        assertThat((double) found.size() / truth.size()).isGreaterThan(0.97);
      }
    }
  }

  @Test
  void aGraphThatWasWrittenOpensAgainAndCanBeChanged() throws Exception {
    float[][] vectors = clustered(3000, 15);
    float[][] queries = clustered(100, 16);
    try (HnswIndex index = new HnswIndex(D, Metric.INNER_PRODUCT, HNSW);
        FlatIndex exact = new FlatIndex(D, Metric.INNER_PRODUCT)) {
      add(index, 0, vectors);
      index.removeAll(IntStream.range(500, 900).asLongStream().toArray());
      MemorySegment bytes = VectorIndexContract.written(index);
      try (VectorIndex opened = IndexFile.open(bytes)) {
        assertThat(opened.size()).isEqualTo(2600);
        assertThat(opened.searchBatch(queries, 10)).isEqualTo(index.searchBatch(queries, 10));
        add(exact, 0, vectors);
        add(opened, 500, Arrays.copyOfRange(vectors, 500, 900));
        assertThat(recall(opened, exact, queries, 96)).isGreaterThan(0.97);
      }
      HnswContents contents = index.contents();
      try (HnswIndex copy = new HnswIndex(HNSW, D, Metric.INNER_PRODUCT, contents)) {
        assertThat(recall(copy, index, queries, 200)).isGreaterThan(0.98);
      }
    }
  }

  @Test
  void everyDamagedByteOfAGraphIsRefusedOrHarmless() throws Exception {
    float[][] vectors = clustered(1200, 17);
    try (HnswIndex index = new HnswIndex(D, Metric.L2, HNSW)) {
      add(index, 0, vectors);
      MemorySegment bytes = VectorIndexContract.written(index);
      Random random = new Random(18);
      for (int i = 0; i < 300; i++) {
        MemorySegment damaged = MemorySegment.ofArray(new byte[(int) bytes.byteSize()]);
        damaged.copyFrom(bytes);
        long from = i % 2 == 0 ? 0 : bytes.byteSize() / 2;
        long at = from + random.nextLong(i % 2 == 0 ? 200 : bytes.byteSize() - from);
        damaged.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(256));
        try (VectorIndex opened = IndexFile.open(damaged)) {
          assertThat(opened.search(vectors[0], 5)).hasSizeLessThanOrEqualTo(5);
        } catch (IllegalArgumentException e) {
          assertThat(e.getMessage()).contains("not a valid");
        }
      }
    }
  }

  @Test
  void readersBesideAWriterSeeWholeChanges() throws Exception {
    // All vectors of a generation are alike; a search that mixed two generations would find both.
    int n = 1500;
    try (HnswIndex index = new HnswIndex(D, Metric.L2, HNSW)) {
      float[][] vectors = clustered(n, 19);
      add(index, 0, vectors);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        Random random = new Random(r);
        readers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    while (!stop.get()) {
                      float[] query = vectors[random.nextInt(n)];
                      List<Hit> hits = index.search(query, 20);
                      assertThat(hits).hasSize(20).doesNotHaveDuplicates();
                      assertThat(hits.stream().map(Hit::id)).doesNotHaveDuplicates();
                      for (Hit hit : hits) {
                        // Whatever was found: its score is that of the vector that the id had in
                        // some generation.
                        float[] shown = vectors[(int) (hit.id() % n)];
                        assertThat(hit.score())
                            .isBetween(
                                squared(query, shown) - 1e-3f, squared(query, shown) + 1e-3f);
                      }
                    }
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                }));
      }
      // The same vector comes back under another id, in rows that are used again.
      Random random = new Random(20);
      Map<Integer, Long> idOf = new HashMap<>();
      for (int i = 0; i < n; i++) {
        idOf.put(i, (long) i);
      }
      for (int change = 0; change < 6000 && failure.get() == null; change++) {
        int which = random.nextInt(n);
        long next = idOf.get(which) + n;
        index.remove(idOf.get(which));
        index.add(next, vectors[which]);
        idOf.put(which, next);
      }
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(index.size()).isEqualTo(n);
    }
  }

  private static float squared(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) (a[d] - b[d]) * (a[d] - b[d]);
    }
    return (float) sum;
  }

  private static void assertScoresAreExact(VectorIndex index, FlatIndex exact, float[][] queries) {
    for (float[] query : queries) {
      Map<Long, Float> scores =
          exact.search(query, exact.size()).stream().collect(Collectors.toMap(Hit::id, Hit::score));
      for (Hit hit : index.search(query, 10)) {
        assertThat(hit.score()).isEqualTo(scores.get(hit.id()));
      }
    }
  }

  private static double recall(VectorIndex index, VectorIndex exact, float[][] queries, int ef) {
    return Clusters.recall(index, exact, queries, Search.of(10).withEf(ef));
  }

  private static void add(VectorIndex index, long first, float[][] vectors) {
    Clusters.add(index, first, vectors);
  }

  private static float[][] clustered(int n, long seed) {
    return Clusters.of(n, D, seed);
  }
}
