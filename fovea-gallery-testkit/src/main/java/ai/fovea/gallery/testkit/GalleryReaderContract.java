package ai.fovea.gallery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.LabelCount;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Page;
import ai.fovea.gallery.PageRequest;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.Decision;
import ai.fovea.gallery.decision.DecisionPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// What every [GalleryReader] promises, by its [Guarantees]. Long because it is the whole promise:
/// an implementation inherits it by one word.
///
///     class MyReaderTest extends GalleryReaderContract {
///       @Override
///       protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
///         …
///       }
///     }
public abstract class GalleryReaderContract {
  private static final float ROUNDING = 1e-5f;

  /// Returns a reader of a gallery that holds these images and nothing else, all of them visible,
  /// without a calibration. The test closes it.
  ///
  /// @param entries have ids
  protected abstract GalleryReader reader(GallerySettings settings, List<NewEntry> entries);

  /// Returns how many results may be asked for, where `wanted` would do.
  private static int results(GalleryReader gallery, int wanted) {
    return Math.min(wanted, gallery.guarantees().maxResults());
  }

  /// Returns as many of the first ids as may be looked up at once.
  private static List<Long> ids(GalleryReader gallery, long... wanted) {
    return LongStream.of(wanted).limit(gallery.guarantees().maxPageSize()).boxed().toList();
  }

  private GalleryReader clusters(int labels, int each) {
    return reader(Samples.SETTINGS, Samples.clusters(labels, each, 1));
  }

  @Test
  void anEmptyGalleryIsEmpty() {
    try (GalleryReader gallery = reader(Samples.SETTINGS, List.of())) {
      assertThat(gallery.info().settings().modelId()).isEqualTo("model-1");
      assertThat(gallery.info().settings().dimension()).isEqualTo(Samples.DIMENSION);
      assertThat(gallery.info().settings().similarity()).isEqualTo(Similarity.COSINE);
      assertThat(gallery.info().entries()).isZero();
      assertThat(gallery.info().labels()).isZero();
      assertThat(gallery.info().calibration()).isEmpty();
      assertThat(gallery.entries(Filter.everything(), PageRequest.of(5)))
          .isEqualTo(new Page<>(List.<Entry>of(), Optional.empty()));
      assertThat(gallery.labels(PageRequest.of(5)).items()).isEmpty();
      assertThat(gallery.labels()).isEmpty();
      assertThat(gallery.search(query(1), results(gallery, 3))).isEmpty();
      assertThat(gallery.findAll(ids(gallery, 1, 2))).isEmpty();
      assertThat(new Decider(gallery).decide(query(1)).isUnknown()).isTrue();
    }
  }

  @Test
  void whatItHoldsIsFoundWithAllThatBelongsToIt() {
    NewEntry cup =
        NewEntry.of("cup", new float[] {3, 4})
            .withId(0)
            .withSource("a/Tasse größer ☕.jpg")
            .withThumbnail(Samples.thumbnail(7));
    NewEntry pot =
        NewEntry.of("tea pot", new float[] {-1, 0})
            .withId(41)
            .withAttribute("shelf", "7")
            .withAttribute("empty", "");
    GallerySettings settings = new GallerySettings("model-1", 2, Similarity.COSINE);
    try (GalleryReader gallery = reader(settings, List.of(cup, pot))) {
      assertThat(gallery.find(0)).contains(Samples.listed(cup));
      assertThat(gallery.find(41)).contains(Samples.listed(pot));
      assertThat(gallery.find(1)).isEmpty();
      assertThat(gallery.vector(0))
          .containsExactly(new float[] {0.6f, 0.8f}, Offset.offset(ROUNDING));
      assertThatThrownBy(() -> gallery.vector(1)).isInstanceOf(NoSuchElementException.class);
      assertThat(gallery.thumbnail(0).orElseThrow()).isEqualTo(Samples.thumbnail(7));
      assertThat(gallery.thumbnail(41)).isEmpty();
      assertThatThrownBy(() -> gallery.thumbnail(1)).isInstanceOf(NoSuchElementException.class);
      int k = results(gallery, 5);
      List<Candidate> found = gallery.search(new float[] {10, 0}, k);
      assertThat(found)
          .extracting(Candidate::entry)
          .isEqualTo(Stream.of(cup, pot).limit(k).map(Samples::listed).toList());
      assertThat(found.getFirst().score()).isCloseTo(0.6f, Offset.offset(ROUNDING));
      assertThat(gallery.labels()).containsOnlyKeys("cup", "tea pot");
    }
  }

  @Test
  void itSearchesAsComparingOneByOneDoes() {
    for (Similarity similarity : Similarity.values()) {
      GallerySettings settings = new GallerySettings("m", Samples.DIMENSION, similarity);
      List<NewEntry> entries = Samples.clusters(6, 5, 2);
      try (GalleryReader gallery = reader(settings, entries)) {
        float[][] queries = {query(1), query(2), query(3)};
        int k = results(gallery, 7);
        List<List<Candidate>> found = gallery.searchAll(queries, SearchRequest.of(k));
        for (int q = 0; q < queries.length; q++) {
          assertNearest(settings, entries, queries[q], k, found.get(q));
          assertThat(found.get(q)).isEqualTo(gallery.search(queries[q], k));
        }
      }
    }
  }

  private static void assertNearest(
      GallerySettings settings, List<NewEntry> among, float[] query, int k, List<Candidate> found) {
    float[] prepared = settings.prepare(query);
    Function<NewEntry, Float> score = e -> score(settings, prepared, settings.prepare(e.vector()));
    Comparator<Float> order =
        settings.similarity().metric().greaterIsBetter()
            ? Comparator.reverseOrder()
            : Comparator.naturalOrder();
    List<NewEntry> nearest =
        among.stream().sorted(Comparator.comparing(score, order)).limit(k).toList();
    assertThat(found).extracting(Candidate::entry).containsExactlyElementsOf(listed(nearest));
    for (int i = 0; i < found.size(); i++) {
      float expected = score.apply(nearest.get(i));
      assertThat(found.get(i).score())
          .isCloseTo(expected, Offset.offset(ROUNDING * Math.max(1, Math.abs(expected))));
    }
  }

  private static float score(GallerySettings settings, float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = (double) a[d] - b[d];
      sum +=
          settings.similarity() == Similarity.L2 ? difference * difference : (double) a[d] * b[d];
    }
    return (float) sum;
  }

  @Test
  void tiesAreInTheOrderOfTheirIds() {
    List<NewEntry> same =
        LongStream.of(9, 2, 30, 4)
            .mapToObj(id -> NewEntry.of("a", new float[] {1, 2}).withId(id))
            .toList();
    GallerySettings settings = new GallerySettings("m", 2, Similarity.L2);
    try (GalleryReader gallery = reader(settings, same)) {
      int k = results(gallery, 4);
      assertThat(gallery.search(new float[] {0, 0}, k))
          .extracting(c -> c.entry().id())
          .isEqualTo(Stream.of(2L, 4L, 9L, 30L).limit(k).toList());
    }
  }

  @Test
  void itEvaluatesTheFiltersThatItPromises() {
    List<NewEntry> entries = Samples.clusters(6, 5, 1);
    Random random = new Random(4);
    try (GalleryReader gallery = reader(Samples.SETTINGS, entries)) {
      List<Filter.Kind> kinds = List.copyOf(gallery.guarantees().filters());
      List<Filter> filters = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        filters.add(Samples.filter(random, kinds, 3));
      }
      kinds.stream()
          .map(Samples::filter)
          .filter(gallery.guarantees()::supports)
          .forEach(filters::add);
      int k = results(gallery, entries.size());
      for (Filter filter : filters) {
        List<NewEntry> accepted =
            entries.stream().filter(e -> filter.test(Samples.listed(e))).toList();
        assertThat(gallery.entries(filter)).as("%s", filter).isEqualTo(listed(accepted));
        assertNearest(Samples.SETTINGS, accepted, query(5), k, gallery.search(query(5), k, filter));
      }
    }
  }

  @Test
  void itRefusesTheFiltersThatItDoesNotPromise() {
    try (GalleryReader gallery = clusters(3, 2)) {
      for (Filter.Kind kind :
          EnumSet.complementOf(EnumSet.copyOf(gallery.guarantees().filters()))) {
        Filter filter = Samples.filter(kind);
        assertThatExceptionOfType(GalleryException.class)
            .as("%s", kind)
            .isThrownBy(() -> gallery.search(query(1), results(gallery, 2), filter))
            .withMessageContaining("can't evaluate");
        assertThatExceptionOfType(GalleryException.class)
            .as("%s", kind)
            .isThrownBy(() -> gallery.entries(filter).toList())
            .withMessageContaining("can't evaluate");
      }
    }
  }

  @Test
  void pagesAreOrderedWholeAndNoLargerThanPromised() {
    List<NewEntry> entries = Samples.clusters(9, 5, 1);
    try (GalleryReader gallery = reader(Samples.SETTINGS, entries)) {
      int max = gallery.guarantees().maxPageSize();
      for (int size : new int[] {1, 4, 44, 45, 46, 1000, Integer.MAX_VALUE}) {
        assertThat(read(size, max, page -> gallery.entries(Filter.everything(), page)))
            .as("pages of %d", size)
            .isEqualTo(listed(entries));
        assertThat(read(size, max, gallery::labels))
            .as("pages of %d", size)
            .isEqualTo(IntStream.range(0, 9).mapToObj(l -> new LabelCount("l" + l, 5)).toList());
      }
      assertThat(gallery.entries()).isEqualTo(listed(entries));
      assertThat(gallery.labels()).hasSize(9).containsEntry("l4", 5);
      assertThat(gallery.info().entries()).isEqualTo(45);
      assertThat(gallery.info().labels()).isEqualTo(9);
    }
  }

  private static <T> List<T> read(int size, int max, Function<PageRequest, Page<T>> source) {
    List<T> all = new ArrayList<>();
    Set<String> cursors = new HashSet<>();
    PageRequest request = PageRequest.of(size);
    while (true) {
      Page<T> page = source.apply(request);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(Math.min(size, max));
      all.addAll(page.items());
      if (page.next().isEmpty()) {
        return all;
      }
      assertThat(page.items()).isNotEmpty();
      assertThat(cursors.add(page.next().get())).as("a new cursor").isTrue();
      request = request.after(page.next().get());
    }
  }

  @Test
  void lookUpsLeaveOutWhatIsNotThereAndRefuseTooMany() {
    List<NewEntry> entries = Samples.clusters(4, 4, 1);
    try (GalleryReader gallery = reader(Samples.SETTINGS, entries)) {
      List<Long> ids = ids(gallery, 5, 4, 3);
      Long[] there = ids.stream().filter(id -> id != 4).toArray(Long[]::new);
      assertThat(gallery.findAll(ids)).containsOnlyKeys(there);
      assertThat(gallery.vectors(ids)).containsOnlyKeys(there);
      assertThat(gallery.thumbnails(ids)).isEmpty();
      assertThat(gallery.findAll(List.of(4L))).isEmpty();
      assertThat(gallery.vectors(List.of(4L))).isEmpty();
      List<Long> all = entries.stream().map(e -> e.id().orElseThrow()).toList();
      assertThat(gallery.allVectors(all)).containsOnlyKeys(all.toArray(Long[]::new));
      int max = gallery.guarantees().maxPageSize();
      if (max < 10_000) {
        List<Long> tooMany = LongStream.rangeClosed(0, max).boxed().toList();
        assertThatIllegalArgumentException().isThrownBy(() -> gallery.findAll(tooMany));
        assertThatIllegalArgumentException().isThrownBy(() -> gallery.vectors(tooMany));
        assertThatIllegalArgumentException().isThrownBy(() -> gallery.thumbnails(tooMany));
      }
    }
  }

  @Test
  void vectorsAreCopies() {
    try (GalleryReader gallery = clusters(1, 1)) {
      float[] first = gallery.vector(3);
      float[] kept = first.clone();
      first[0] = 7;
      assertThat(gallery.vector(3)).isEqualTo(kept);
    }
  }

  @Test
  void itRefusesMoreResultsThanItPromises() {
    try (GalleryReader gallery = clusters(6, 5)) {
      int max = gallery.guarantees().maxResults();
      assertThat(gallery.search(query(1), Math.min(max, 100_000))).hasSize(Math.min(max, 30));
      if (max < Integer.MAX_VALUE) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.search(query(1), max + 1))
            .withMessageContaining("" + max);
      }
    }
  }

  @Test
  void badQueriesAreRefused() {
    try (GalleryReader gallery =
        reader(
            new GallerySettings("m", 2, Similarity.COSINE),
            List.of(NewEntry.of("a", new float[] {1, 1}).withId(0)))) {
      for (float[] query :
          new float[][] {{1}, {1, 2, 3}, {1, Float.NaN}, {Float.POSITIVE_INFINITY, 1}, {0, 0}}) {
        assertThatIllegalArgumentException().isThrownBy(() -> gallery.search(query, 1));
      }
      assertThatIllegalArgumentException().isThrownBy(() -> gallery.search(new float[] {1, 1}, 0));
    }
  }

  @Test
  void decisionsAndCalibrationRunOnIt() {
    Random random = new Random(6);
    List<NewEntry> entries = Samples.clusters(12, 6, 3);
    try (GalleryReader gallery = reader(Samples.SETTINGS, entries)) {
      Calibration found = new Calibrator().calibrate(gallery);
      assertThat(found.withinScores()).isEqualTo(72);
      Guarantees guarantees = gallery.guarantees();
      // Seven results hold another label than the six images of one.
      if (guarantees.supports(Filter.label("l0")) || guarantees.maxResults() >= 7) {
        assertThat(found.basis()).isEqualTo(Calibration.Basis.MEASURED);
      }
      if (found.basis() == Calibration.Basis.MEASURED) {
        assertThat(found.betweenScores()).as("of all images").isEqualTo(72);
      }
      Decider decider =
          new Decider(gallery, DecisionPolicy.DEFAULT.withThreshold(found.threshold()));
      float[][] known =
          entries.stream()
              .map(e -> Samples.gaussian(random, 0.1, e.vector()))
              .toArray(float[][]::new);
      List<Decision> decisions = decider.decideAll(known, Filter.everything());
      for (int i = 0; i < known.length; i++) {
        assertThat(decisions.get(i).label()).contains(entries.get(i).label());
      }
      long accepted =
          IntStream.range(0, 300).filter(i -> !decider.decide(query(100 + i)).isUnknown()).count();
      assertThat(accepted).isLessThan(60);
    }
  }

  @Test
  void manyThreadsReadAtOnce() throws InterruptedException {
    try (GalleryReader gallery = clusters(6, 5)) {
      int k = results(gallery, 3);
      List<Candidate> expected = gallery.search(query(1), k);
      List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads =
          IntStream.range(0, 4)
              .mapToObj(t ->
                  Thread.ofPlatform()
                      .start(() -> {
                        try {
                          for (int i = 0; i < 50; i++) {
                            assertThat(gallery.search(query(1), k)).isEqualTo(expected);
                            assertThat(gallery.entries().count()).isEqualTo(30);
                          }
                        } catch (Throwable e) {
                          wrong.add(e);
                        }
                      }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void aClosedReaderSaysSo() {
    GalleryReader gallery = clusters(1, 1);
    gallery.close();
    gallery.close();
    assertThatThrownBy(() -> gallery.search(query(1), 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gallery.find(3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gallery.vector(3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(gallery::info).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gallery.labels(PageRequest.of(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gallery.entries(Filter.everything(), PageRequest.of(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static List<Entry> listed(List<NewEntry> entries) {
    return entries.stream().map(Samples::listed).toList();
  }

  private static float[] query(long seed) {
    return Samples.gaussian(new Random(seed), 1, new float[Samples.DIMENSION]);
  }
}
