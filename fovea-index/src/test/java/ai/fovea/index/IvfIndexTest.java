package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.index.internal.ScalarKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IvfIndexTest extends VectorIndexContract {
  private static final IndexSettings.Ivf AUTOMATIC = new IndexSettings.Ivf();
  private static final IndexSettings.Ivf TWENTY = new IndexSettings.Ivf(20, 4, Quantization.NONE);
  private static final int ROWS = 3000;
  private static final int DIMENSION = 12;

  @Override
  protected VectorIndex create(int dimension, Metric metric) {
    return new IvfIndex(AUTOMATIC, dimension, metric);
  }

  @Nested
  class WithoutSimd extends VectorIndexContract {
    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      return new IvfIndex(AUTOMATIC, dimension, metric, new ScalarKernels());
    }
  }

  /// Trained on other vectors before the contract's come: with all lists looked through it promises
  /// the same.
  @Nested
  class Trained extends TrainedContract {
    Trained() {
      super(Quantization.NONE);
    }
  }

  @Nested
  class TrainedWithBytes extends TrainedContract {
    TrainedWithBytes() {
      super(Quantization.INT8);
    }
  }

  abstract static class TrainedContract extends VectorIndexContract {
    private final Quantization quantization;

    TrainedContract(Quantization quantization) {
      this.quantization = quantization;
    }

    @Override
    protected VectorIndex create(int dimension, Metric metric) {
      IndexSettings.Ivf all = new IndexSettings.Ivf(10, 10, quantization);
      IvfIndex index = new IvfIndex(all, dimension, metric);
      long[] ids = LongStream.range(0, 1000).toArray();
      index.addAll(ids, vectors(3, 1000, dimension));
      index.removeAll(ids);
      assertThat(index.lists()).isEqualTo(10);
      return index;
    }
  }

  private static float[][] vectors(long seed, int count, int dimension) {
    Random random = new Random(seed);
    float[][] out = new float[count][dimension];
    for (float[] vector : out) {
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return out;
  }

  private static IvfIndex filled(Metric metric) {
    IvfIndex index = new IvfIndex(TWENTY, DIMENSION, metric);
    index.addAll(LongStream.range(0, ROWS).toArray(), vectors(1, ROWS, DIMENSION));
    return index;
  }

  private static FlatIndex exact(Metric metric) {
    FlatIndex index = new FlatIndex(DIMENSION, metric);
    index.addAll(LongStream.range(0, ROWS).toArray(), vectors(1, ROWS, DIMENSION));
    return index;
  }

  private static Set<Long> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void recallGrowsWithTheListsLookedThroughUpToAllOfThem(Metric metric) {
    float[][] queries = vectors(2, 50, DIMENSION);
    try (IvfIndex index = filled(metric);
        FlatIndex exact = exact(metric)) {
      assertThat(index.lists()).isEqualTo(20);
      List<List<Hit>> truth = exact.searchBatch(queries, 10);
      double before = 0;
      for (int nprobe : new int[] {1, 4, 20}) {
        Search search = Search.of(10).withNprobe(nprobe);
        List<List<Hit>> found = index.searchBatch(queries, search);
        int common = 0;
        for (int q = 0; q < queries.length; q++) {
          Set<Long> both = new HashSet<>(ids(found.get(q)));
          both.retainAll(ids(truth.get(q)));
          common += both.size();
          assertThat(found.get(q)).isEqualTo(index.search(queries[q], search));
        }
        double recall = common / 500.0;
        assertThat(recall).isGreaterThan(before);
        before = recall;
      }
      assertThat(before).isEqualTo(1);
      assertThat(index.searchBatch(queries, Search.of(10).withThreads(3)))
          .isEqualTo(index.searchBatch(queries, 10));
    }
  }

  @Test
  void furtherListsAreLookedThroughUntilKWereFound() {
    try (IvfIndex index = filled(Metric.L2)) {
      float[] query = vectors(5, 1, DIMENSION)[0];
      Search one = Search.of(ROWS).withNprobe(1);
      assertThat(index.search(query, one)).hasSize(ROWS);
      assertThat(index.search(query, Search.of(3).withNprobe(1).where(id -> id % 1000 == 7)))
          .extracting(Hit::id)
          .containsExactlyInAnyOrder(7L, 1007L, 2007L);
      assertThat(index.search(query, one.where(id -> false))).isEmpty();
    }
  }

  /// Single vectors, so that lists grow by many runs, and removals, so that all is laid out anew a
  /// few times.
  @ParameterizedTest
  @EnumSource
  void listsThatGrowAndShrinkHoldWhatTheyShould(Quantization quantization) {
    Random random = new Random(11);
    IndexSettings.Ivf settings = new IndexSettings.Ivf(20, 20, quantization);
    try (IvfIndex index = new IvfIndex(settings, DIMENSION, Metric.L2);
        FlatIndex exact = exact(Metric.L2)) {
      index.addAll(LongStream.range(0, ROWS).toArray(), vectors(1, ROWS, DIMENSION));
      float[][] more = vectors(12, 6000, DIMENSION);
      long next = ROWS;
      for (float[] vector : more) {
        for (VectorIndex each : List.of(index, exact)) {
          each.add(next, vector);
        }
        next++;
        long gone = random.nextLong(next);
        if (random.nextInt(10) < 7 && exact.contains(gone)) {
          index.remove(gone);
          exact.remove(gone);
        }
      }
      assertThat(index.lists()).isEqualTo(20);
      assertThat(index.rows()).isLessThan(2 * index.size() + 2000);
      // All of them, so that codes decide nothing.
      float[] query = vectors(13, 1, DIMENSION)[0];
      assertThat(index.search(query, 9000)).isEqualTo(exact.search(query, 9000));
      assertThat(index.searchRange(query, 8, Search.of(9000)))
          .isEqualTo(exact.searchRange(query, 8, Search.of(9000)));
    }
  }

  @Test
  void aRangeSearchGoesOnAsLongAsListsHoldSomething() {
    try (IvfIndex index = filled(Metric.L2);
        FlatIndex exact = exact(Metric.L2)) {
      float[] query = vectors(14, 1, DIMENSION)[0];
      List<Hit> all = exact.searchRange(query, 25, Search.of(ROWS));
      assertThat(all).hasSizeBetween(ROWS / 2, ROWS - 1);
      assertThat(index.searchRange(query, 25, Search.of(ROWS).withNprobe(2))).isEqualTo(all);
      // None there: the nearest list is looked through, and no more.
      assertThat(index.searchRange(query, 0, Search.of(ROWS).withNprobe(1))).isEmpty();
    }
  }

  @Test
  void replacingAndRemovingKeepsWhatIsLeftExact() {
    float[][] others = vectors(6, ROWS, DIMENSION);
    try (IvfIndex index = filled(Metric.INNER_PRODUCT)) {
      FlatIndex exact = exact(Metric.INNER_PRODUCT);
      for (int id = 0; id < ROWS; id++) {
        index.update(id, others[id]);
        exact.update(id, others[id]);
      }
      long[] odd = LongStream.range(0, ROWS).filter(id -> id % 2 == 1).toArray();
      index.removeAll(odd);
      exact.removeAll(odd);
      assertThat(index.size()).isEqualTo(ROWS / 2);
      float[][] queries = vectors(7, 20, DIMENSION);
      assertThat(index.searchBatch(queries, Search.of(10).withNprobe(20)))
          .isEqualTo(exact.searchBatch(queries, 10));
      for (int id = 0; id < ROWS; id += 2) {
        assertThat(index.vector(id)).isEqualTo(others[id]);
      }
    }
  }

  @Test
  void aGrowingIndexIsTrainedAgain() {
    IndexSettings.Ivf eight = new IndexSettings.Ivf(8, 8, Quantization.NONE);
    float[][] all = vectors(8, 4200, 4);
    try (IvfIndex index = new IvfIndex(eight, 4, Metric.L2)) {
      for (int id = 0; id < 999; id++) {
        index.add(id, all[id]);
      }
      assertThat(index.lists()).isEqualTo(1);
      index.add(999, all[999]);
      assertThat(index.lists()).isEqualTo(8);
      assertThat(index.contents().trainedOn()).isEqualTo(1000);
      for (int id = 1000; id < all.length; id++) {
        index.add(id, all[id]);
      }
      assertThat(index.contents().trainedOn()).isEqualTo(4000);
      float[] query = {0.5f, 0, 0, 0};
      try (FlatIndex exact = new FlatIndex(4, Metric.L2)) {
        exact.addAll(LongStream.range(0, all.length).toArray(), all);
        assertThat(index.search(query, 30)).isEqualTo(exact.search(query, 30));
      }
    }
  }

  @Test
  void aTrainedIndexIsWrittenAndMapped() throws IOException {
    float[][] queries = vectors(9, 20, DIMENSION);
    try (IvfIndex index = filled(Metric.L2)) {
      index.removeAll(LongStream.range(100, 200).toArray());
      MemorySegment bytes = written(index);
      try (IvfIndex opened = (IvfIndex) IndexFile.open(bytes)) {
        assertThat(opened.lists()).isEqualTo(20);
        assertThat(opened.settings()).isEqualTo(TWENTY);
        assertThat(opened.searchBatch(queries, 10)).isEqualTo(index.searchBatch(queries, 10));
        opened.add(150, queries[0]);
        assertThat(opened.search(queries[0], 1)).containsExactly(new Hit(150, 0));
        assertThat(written(opened).byteSize()).isEqualTo(bytes.byteSize() + 64);
      }
      for (long cut = 0; cut < bytes.byteSize(); cut += 64 + cut / 3) {
        MemorySegment part = bytes.asSlice(0, cut);
        assertThatIllegalArgumentException().isThrownBy(() -> IndexFile.open(part));
      }
    }
  }

  @Test
  void contentsMakeTheSameIndex() {
    float[][] queries = vectors(10, 5, DIMENSION);
    try (IvfIndex index = filled(Metric.INNER_PRODUCT)) {
      IvfContents contents = index.contents();
      try (IvfIndex again = IvfIndex.of(TWENTY, DIMENSION, Metric.INNER_PRODUCT, contents)) {
        assertThat(again.searchBatch(queries, 10)).isEqualTo(index.searchBatch(queries, 10));
        again.remove(5);
        assertThat(again.size()).isEqualTo(ROWS - 1);
      }
      contents.ids().get(0)[0] = contents.ids().get(1)[0];
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IvfIndex.of(TWENTY, DIMENSION, Metric.INNER_PRODUCT, contents))
          .withMessageContaining("once");
    }
  }

  @Test
  void equalVectorsDoNotStopTraining() {
    try (IvfIndex index = new IvfIndex(TWENTY, 3, Metric.INNER_PRODUCT)) {
      float[][] same = new float[1000][3];
      Arrays.setAll(same, i -> i % 2 == 0 ? new float[] {1, 2, 3} : new float[3]);
      index.addAll(LongStream.range(0, 1000).toArray(), same);
      assertThat(index.search(new float[] {1, 2, 3}, 3))
          .extracting(Hit::id)
          .containsExactly(0L, 2L, 4L);
    }
  }
}
