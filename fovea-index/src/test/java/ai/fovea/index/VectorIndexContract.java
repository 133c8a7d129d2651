package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What every kind of index promises. A kind inherits this class and says how to make an empty
/// index. Long because it is the whole promise: a kind inherits all of it by one word.
public abstract class VectorIndexContract {

  /// An empty index of the kind under test.
  protected abstract VectorIndex create(int dimension, Metric metric);

  @ParameterizedTest
  @EnumSource
  void anEmptyIndexFindsNothing(Metric metric) {
    try (VectorIndex index = create(3, metric)) {
      assertThat(index.dimension()).isEqualTo(3);
      assertThat(index.metric()).isEqualTo(metric);
      assertThat(index.size()).isZero();
      assertThat(index.search(new float[] {1, 2, 3}, 5)).isEmpty();
      assertThat(index.searchBatch(new float[0][], 5)).isEmpty();
    }
  }

  @Test
  void scoresAreInnerProductsAndSquaredDistances() {
    float[] query = {1, 2};
    try (VectorIndex products = create(2, Metric.INNER_PRODUCT);
        VectorIndex distances = create(2, Metric.L2)) {
      for (VectorIndex index : List.of(products, distances)) {
        index.add(5, new float[] {3, 4});
        index.add(6, new float[] {-1, 2});
      }
      assertThat(products.search(query, 9)).containsExactly(new Hit(5, 11), new Hit(6, 3));
      assertThat(distances.search(query, 9)).containsExactly(new Hit(6, 4), new Hit(5, 8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void equalScoresComeInTheOrderOfTheirIds(Metric metric) {
    try (VectorIndex index = create(4, metric)) {
      List<Long> ids = new ArrayList<>(LongStream.range(0, 300).boxed().toList());
      Collections.shuffle(ids, new Random(1));
      for (long id : ids) {
        index.add(id, new float[] {0.1f, 0.7f, 0.3f, 0.9f});
      }
      assertThat(index.search(new float[] {0.3f, 0.3f, 0.1f, 0.7f}, 20).stream().map(Hit::id))
          .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    }
  }

  /// Random operations beside a plain map, compared by full scans in double precision.
  @ParameterizedTest
  @CsvSource({
    "1,INNER_PRODUCT,3",
    "2,L2,3",
    "3,INNER_PRODUCT,33",
    "4,L2,64",
    "5,INNER_PRODUCT,128",
    "6,L2,17"
  })
  void agreesWithAMapAfterRandomChanges(long seed, Metric metric, int dimension) {
    Random random = new Random(seed);
    Map<Long, float[]> expected = new TreeMap<>();
    try (VectorIndex index = create(dimension, metric)) {
      for (int step = 0; step < 4000; step++) {
        long id = random.nextInt(500);
        float[] vector = vector(random, dimension);
        if (!expected.containsKey(id)) {
          index.add(id, vector);
          expected.put(id, vector);
        } else if (random.nextInt(3) > 0) {
          index.update(id, vector);
          expected.put(id, vector);
        } else {
          index.remove(id);
          expected.remove(id);
        }
        assertThat(index.size()).isEqualTo(expected.size());
        if (step % 200 == 199) {
          LongPredicate filter = step % 400 == 399 ? i -> true : i -> i % 7 == 3;
          sameAnswers(index, expected, random, filter);
        }
      }
      for (long id = 0; id < 500; id++) {
        assertThat(index.contains(id)).isEqualTo(expected.containsKey(id));
      }
      expected.forEach((id, vector) -> assertThat(index.vector(id)).containsExactly(vector));
      assertThat(index.ids()).containsExactly(expected.keySet().toArray(Long[]::new));
    }
  }

  @Test
  void aFilterStillGivesKResultsWhereThereAreAsMany() {
    try (VectorIndex index = create(2, Metric.L2)) {
      for (int id = 0; id < 1000; id++) {
        index.add(id, new float[] {id, 0});
      }
      assertThat(index.search(new float[] {0, 0}, 3, id -> id >= 990))
          .extracting(Hit::id)
          .containsExactly(990L, 991L, 992L);
      assertThat(index.search(new float[] {0, 0}, 3, id -> id == 500))
          .extracting(Hit::id)
          .containsExactly(500L);
      assertThat(index.search(new float[] {0, 0}, 3, id -> false)).isEmpty();
    }
  }

  @Test
  void aBatchGivesWhatSingleQueriesGive() {
    Random random = new Random(11);
    try (VectorIndex index = create(19, Metric.INNER_PRODUCT)) {
      for (int id = 0; id < 700; id++) {
        index.add(id, vector(random, 19));
      }
      float[][] queries =
          IntStream.range(0, 37).mapToObj(i -> vector(random, 19)).toArray(float[][]::new);
      List<List<Hit>> batch = index.searchBatch(queries, 4);
      for (int q = 0; q < queries.length; q++) {
        assertThat(batch.get(q)).isEqualTo(index.search(queries[q], 4));
      }
    }
  }

  @Test
  void vectorsAreCopiedInAndOut() {
    try (VectorIndex index = create(2, Metric.L2)) {
      float[] mine = {1, 2};
      index.add(0, mine);
      mine[0] = 9;
      index.vector(0)[1] = 9;
      assertThat(index.vector(0)).containsExactly(1, 2);
    }
  }

  @Test
  void aBadVectorIsRefusedAndChangesNothing() {
    try (VectorIndex index = create(3, Metric.INNER_PRODUCT)) {
      index.add(1, new float[] {1, 1, 1});
      float[][] bad = {
        {1, 2},
        {1, 2, 3, 4},
        {},
        {1, Float.NaN, 3},
        {1, Float.POSITIVE_INFINITY, 3},
        {Float.NEGATIVE_INFINITY, 2, 3},
        {1e30f, 1e30f, 1e30f}
      };
      for (float[] vector : bad) {
        assertThatIllegalArgumentException()
            .as(Arrays.toString(vector))
            .isThrownBy(() -> index.add(2, vector))
            .withMessageContaining("id 2")
            .withMessageContaining("expected");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> index.update(1, vector))
            .withMessageContaining("id 1");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> index.search(vector, 1))
            .withMessageContaining("query");
      }
      assertThat(index.size()).isEqualTo(1);
      assertThat(index.vector(1)).containsExactly(1, 1, 1);
    }
  }

  @Test
  void aBadBatchIsRefusedAsAWholeAndSaysAllThatIsWrong() {
    try (VectorIndex index = create(2, Metric.L2)) {
      index.add(7, new float[] {7, 7});
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              index.addAll(
                  new long[] {1, 2, 7, 1, -4},
                  new float[][] {{1, 1}, {2}, {7, 8}, {1, Float.NaN}, {0, 0}}))
          .withMessageContaining("5 problems")
          .withMessageContaining("id 2: has 1 values, expected 2")
          .withMessageContaining("id 7 is in use")
          .withMessageContaining("id 1 appears twice")
          .withMessageContaining("NaN")
          .withMessageContaining("id -4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> index.addAll(new long[] {1}, new float[0][]));
      assertThat(index.size()).isEqualTo(1);
      assertThat(index.contains(1)).isFalse();
      index.add(1, new float[] {1, 1});
      assertThat(index.search(new float[] {1, 1}, 5)).hasSize(2);
    }
  }

  @Test
  void unknownIdsAreRefusedAndChangeNothing() {
    try (VectorIndex index = create(1, Metric.L2)) {
      index.add(3, new float[] {3});
      for (long unknown : new long[] {-1, 0, 4, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThat(index.contains(unknown)).isFalse();
        assertThatThrownBy(() -> index.remove(unknown))
            .isInstanceOf(NoSuchElementException.class)
            .hasMessageContaining(Long.toString(unknown));
        assertThatThrownBy(() -> index.vector(unknown)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> index.update(unknown, new float[] {1}))
            .isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> index.removeAll(new long[] {3, unknown}))
            .isInstanceOf(NoSuchElementException.class);
      }
      assertThatIllegalArgumentException().isThrownBy(() -> index.removeAll(new long[] {3, 3}));
      assertThat(index.search(new float[] {0}, 1)).containsExactly(new Hit(3, 9));
    }
  }

  @Test
  void kMustBePositive() {
    try (VectorIndex index = create(1, Metric.L2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> index.search(new float[] {1}, 0))
          .withMessageContaining("k");
      index.add(Long.MAX_VALUE, new float[] {1});
      assertThat(index.search(new float[] {1}, Integer.MAX_VALUE)).hasSize(1);
    }
  }

  @Test
  void aClosedIndexSaysSo() {
    VectorIndex index = create(1, Metric.L2);
    index.add(1, new float[] {1});
    index.close();
    index.close();
    assertThatThrownBy(() -> index.search(new float[] {1}, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> index.add(2, new float[] {1}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(index::size).isInstanceOf(IllegalStateException.class);
  }

  /// Every state that the writer makes holds each id once: a reader that sees anything else has
  /// seen half a change.
  @Test
  void readersSeeWholeStatesWhileAWriterWrites() throws Exception {
    int pairs = 64;
    try (VectorIndex index = create(2, Metric.L2)) {
      for (int i = 0; i < pairs; i++) {
        index.add(i, new float[] {i, 0});
      }
      AtomicBoolean done = new AtomicBoolean();
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      Runnable reader =
          () -> {
            while (!done.get()) {
              for (List<Hit> hits : index.searchBatch(new float[][] {{0, 0}, {1, 1}}, 1000)) {
                if (hits.size() != pairs
                    || hits.stream().mapToLong(Hit::id).distinct().count() != pairs) {
                  wrong.add("expected " + pairs + " hits with different ids, got " + hits);
                }
              }
            }
          };
      List<Thread> readers =
          List.of(Thread.ofPlatform().start(reader), Thread.ofPlatform().start(reader));
      Random random = new Random(5);
      for (int step = 0; step < 20_000 && wrong.isEmpty(); step++) {
        int id = random.nextInt(pairs);
        index.update(id, new float[] {id, random.nextFloat()});
      }
      done.set(true);
      for (Thread thread : readers) {
        thread.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  private static void sameAnswers(
      VectorIndex index, Map<Long, float[]> expected, Random random, LongPredicate filter) {
    float[] query = vector(random, index.dimension());
    List<Hit> hits = index.search(query, 10, filter);
    List<Double> best =
        expected.entrySet().stream()
            .filter(e -> filter.test(e.getKey()))
            .map(e -> exact(index.metric(), query, e.getValue()))
            .sorted(
                index.metric().greaterIsBetter()
                    ? Comparator.reverseOrder()
                    : Comparator.naturalOrder())
            .limit(10)
            .toList();
    assertThat(hits).hasSameSizeAs(best);
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      assertThat(filter.test(hit.id())).isTrue();
      float[] vector = Objects.requireNonNull(expected.get(hit.id()));
      assertThat((double) hit.score())
          .isCloseTo(exact(index.metric(), query, vector), within(1e-4));
      assertThat((double) hit.score()).isCloseTo(best.get(i), within(1e-4));
    }
  }

  private static Offset<Double> within(double value) {
    return Offset.offset(value);
  }

  private static double exact(Metric metric, float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum +=
          metric == Metric.L2
              ? ((double) a[d] - b[d]) * ((double) a[d] - b[d])
              : (double) a[d] * b[d];
    }
    return sum;
  }

  private static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = random.nextFloat() * 2 - 1;
    }
    return vector;
  }

  private static float[][] vectors(Random random, int count, int dimension) {
    float[][] vectors = new float[count][];
    Arrays.setAll(vectors, i -> vector(random, dimension));
    return vectors;
  }

  @ParameterizedTest
  @EnumSource
  void rangeSearchFindsAllThatReachTheThreshold(Metric metric) {
    Random random = new Random(17);
    try (VectorIndex index = create(5, metric)) {
      for (int id = 0; id < 300; id++) {
        index.add(id, vector(random, 5));
      }
      float[] query = vector(random, 5);
      List<Hit> all = index.search(query, 300);
      float threshold = all.get(40).score();
      assertThat(index.searchRange(query, threshold, Search.of(1000)))
          .isEqualTo(all.stream().filter(h -> !metric.better(threshold, h.score())).toList());
      assertThat(index.searchRange(query, threshold, Search.of(7))).isEqualTo(all.subList(0, 7));
      assertThat(index.searchRange(query, threshold, Search.of(1000).where(id -> id % 2 == 0)))
          .isEqualTo(all.subList(0, 41).stream().filter(h -> h.id() % 2 == 0).toList());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> index.searchRange(query, Float.NaN, Search.of(7)))
          .withMessageContaining("NaN");
    }
  }

  /// The way from ids to rows is made by whatever needs it first.
  @Test
  void anOpenedIndexKnowsItsIdsWhateverIsAskedFirst() throws IOException {
    Random random = new Random(21);
    MemorySegment bytes;
    try (VectorIndex index = create(3, Metric.L2)) {
      index.addAll(LongStream.range(0, 90).toArray(), vectors(random, 90, 3));
      index.removeAll(LongStream.range(20, 30).toArray());
      // Ids that don't ascend where a removed row is used again.
      index.addAll(new long[] {200, 100}, vectors(random, 2, 3));
      bytes = written(index);
    }
    long[] ids =
        LongStream.range(0, 201)
            .filter(id -> id < 20 || (id >= 30 && id < 90) || id == 100 || id == 200)
            .toArray();
    float[] vector = vector(random, 3);
    List<Consumer<VectorIndex>> first =
        List.of(
            index -> assertThat(index.contains(25)).isFalse(),
            index -> assertThat(index.vector(200)).hasSize(3),
            index -> index.update(100, vector),
            index -> {
              index.remove(89);
              index.add(89, vector);
            },
            index -> assertThatIllegalArgumentException().isThrownBy(() -> index.add(30, vector)),
            index ->
                assertThatThrownBy(() -> index.remove(29))
                    .isInstanceOf(NoSuchElementException.class));
    for (Consumer<VectorIndex> each : first) {
      try (VectorIndex opened = IndexFile.open(bytes)) {
        assertThat(opened.ids()).isEqualTo(ids);
        each.accept(opened);
        assertThat(opened.ids()).isEqualTo(ids);
        assertThat(LongStream.range(0, 300).filter(opened::contains).toArray()).isEqualTo(ids);
      }
    }
  }

  @Test
  void idsThatAreThereTwiceOrNegativeAreRefusedWhenOpened() throws IOException {
    int rows = 40;
    int dimension = 3;
    try (VectorIndex index = create(dimension, Metric.L2)) {
      index.addAll(LongStream.range(0, rows).toArray(), vectors(new Random(20), rows, dimension));
      byte[] written = written(index).toArray(ValueLayout.JAVA_BYTE);
      long idsAt =
          IndexFile.aligned(IndexFile.HEADER_BYTES + (long) rows * dimension * Float.BYTES);
      // A row and another, whose id it gets; the later one is named.
      for (int[] rowsWithOne : new int[][] {{17, 16}, {17, 3}, {17, 25}, {0, 39}}) {
        MemorySegment bytes = MemorySegment.ofArray(written.clone());
        long id = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, idsAt + 8L * rowsWithOne[1]);
        bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, idsAt + 8L * rowsWithOne[0], id);
        int named = Math.max(rowsWithOne[0], rowsWithOne[1]);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> IndexFile.open(bytes))
            .withMessageContaining("row " + named + " has the id " + id);
      }
      MemorySegment bytes = MemorySegment.ofArray(written.clone());
      bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, idsAt + 8L * 17, -2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IndexFile.open(bytes))
          .withMessageContaining("row 17 has the id -2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenOpensAgainAndCanBeChanged(Metric metric) throws IOException {
    Random random = new Random(18);
    try (VectorIndex index = create(7, metric)) {
      for (int id = 0; id < 200; id++) {
        index.add(id, vector(random, 7));
      }
      index.removeAll(LongStream.range(50, 60).toArray());
      index.update(3, vector(random, 7));
      float[][] queries = {vector(random, 7), vector(random, 7)};
      MemorySegment bytes = written(index);
      try (VectorIndex opened = IndexFile.open(bytes)) {
        assertThat(opened.settings()).isEqualTo(index.settings());
        assertThat(opened.metric()).isEqualTo(metric);
        assertThat(opened.size()).isEqualTo(190);
        assertThat(opened.contains(55)).isFalse();
        assertThat(opened.vector(3)).isEqualTo(index.vector(3));
        assertSame(opened.searchBatch(queries, 20), index.searchBatch(queries, 20));
        byte[] before = bytes.toArray(ValueLayout.JAVA_BYTE);
        for (VectorIndex each : List.of(index, opened)) {
          Random same = new Random(19);
          each.add(500, vector(same, 7));
          each.update(4, vector(same, 7));
          each.remove(5);
        }
        assertSame(opened.searchBatch(queries, 20), index.searchBatch(queries, 20));
        assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
      }
      for (int cut = 0; cut < bytes.byteSize(); cut += 61) {
        MemorySegment part = bytes.asSlice(0, cut);
        assertThatIllegalArgumentException().isThrownBy(() -> IndexFile.open(part));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLargeBatchFindsWhatSingleQueriesFind(Metric metric) {
    Random random = new Random(21);
    try (VectorIndex index = create(9, metric)) {
      for (int id = 0; id < 700; id++) {
        // Many equal ones: of equal scores the smaller id comes first, in a batch too.
        index.add(
            699 - id, id % 7 == 0 ? new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1} : vector(random, 9));
      }
      float[][] queries = new float[150][];
      for (int q = 0; q < queries.length; q++) {
        queries[q] = q % 50 == 0 ? new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1} : vector(random, 9);
      }
      Search search = Search.of(10).where(id -> id % 3 != 0);
      for (int threads : new int[] {1, 3}) {
        List<List<Hit>> batch = index.searchBatch(queries, search.withThreads(threads));
        for (int q = 0; q < queries.length; q++) {
          assertThat(batch.get(q)).isEqualTo(index.search(queries[q], search));
        }
      }
    }
  }

  /// The same ids, and scores but for rounding: an opened index may use other kernels.
  private static void assertSame(List<List<Hit>> actual, List<List<Hit>> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int q = 0; q < actual.size(); q++) {
      assertThat(actual.get(q)).hasSameSizeAs(expected.get(q));
      for (int i = 0; i < actual.get(q).size(); i++) {
        assertThat(actual.get(q).get(i).id()).isEqualTo(expected.get(q).get(i).id());
        assertThat(actual.get(q).get(i).score())
            .isCloseTo(expected.get(q).get(i).score(), Offset.offset(1e-5f));
      }
    }
  }

  /// The bytes that an index writes.
  static MemorySegment written(VectorIndex index) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    index.writeTo(piece -> bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE)));
    return MemorySegment.ofArray(bytes.toByteArray());
  }
}
