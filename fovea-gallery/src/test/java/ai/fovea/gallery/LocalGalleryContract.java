package ai.fovea.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.RejectedEntriesException.Problem;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.Decision;
import ai.fovea.gallery.decision.DecisionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every gallery promises, wherever it keeps its images. Long because it is the whole promise:
/// a kind of gallery inherits all of it by one word.
public abstract class LocalGalleryContract {

  /// An empty gallery of the kind under test.
  protected abstract LocalGallery create(GallerySettings settings);

  /// The same gallery after whatever it may have to survive.
  protected LocalGallery reopened(LocalGallery gallery) {
    return gallery;
  }

  private LocalGallery create(int dimension, Similarity similarity) {
    return create(new GallerySettings("model-1", dimension, similarity));
  }

  @Test
  void anEmptyGalleryKnowsNothing() {
    try (LocalGallery gallery = reopened(create(3, Similarity.COSINE))) {
      assertThat(gallery.info().entries()).isZero();
      assertThat(gallery.info().settings())
          .isEqualTo(new GallerySettings("model-1", 3, Similarity.COSINE));
      assertThat(gallery.entries()).isEmpty();
      assertThat(gallery.labels()).isEmpty();
      assertThat(gallery.search(new float[] {1, 0, 0}, 3)).isEmpty();
      Decision decision = new Decider(gallery).decide(new float[] {1, 0, 0});
      assertThat(decision.isUnknown()).isTrue();
      assertThat(decision.score()).isEmpty();
    }
  }

  @Test
  void whatIsAddedIsFoundWithAllThatBelongsToIt() {
    try (LocalGallery made = create(2, Similarity.COSINE)) {
      long first =
          made.add(NewEntry.of("cup", new float[] {3, 4}).withSource("a/Tasse größer ☕.jpg"));
      List<Long> more =
          made.addAll(
              List.of(
                  NewEntry.of("cup", new float[] {1, 0}).withId(40),
                  NewEntry.of("pot", new float[] {-1, 0})
                      .withAttribute("shelf", "7")
                      .withAttribute("empty", "")));
      try (LocalGallery gallery = reopened(made)) {
        assertThat(first).isZero();
        assertThat(more).containsExactly(40L, 41L);
        assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2, "pot", 1));
        assertThat(gallery.info().entries()).isEqualTo(3);
        assertThat(gallery.info().labels()).isEqualTo(2);
        assertThat(gallery.entries()).extracting(Entry::id).containsExactly(0L, 40L, 41L);
        assertThat(gallery.entries(Filter.label("pot"))).extracting(Entry::id).containsExactly(41L);
        Entry entry = gallery.find(0).orElseThrow();
        assertThat(entry.label()).isEqualTo("cup");
        assertThat(entry.source()).contains("a/Tasse größer ☕.jpg");
        assertThat(entry.attributes()).isEmpty();
        assertThat(gallery.find(41).orElseThrow().attributes())
            .containsExactly(Map.entry("empty", ""), Map.entry("shelf", "7"));
        assertThat(gallery.find(1)).isEmpty();
        assertThat(gallery.vector(0)).containsExactly(0.6f, 0.8f);
        List<Candidate> candidates = gallery.search(new float[] {10, 0}, 2);
        assertThat(candidates).extracting(c -> c.entry().id()).containsExactly(40L, 0L);
        assertThat(candidates.get(1).score()).isCloseTo(0.6f, Offset.offset(1e-6f));
        assertThat(candidates.get(1).label()).isEqualTo("cup");
        assertThat(candidates.get(1).source()).contains("a/Tasse größer ☕.jpg");
      }
    }
  }

  @Test
  void removingByIdAndByLabel() {
    try (LocalGallery made = create(1, Similarity.L2)) {
      for (int i = 0; i < 6; i++) {
        made.add(NewEntry.of(i % 2 == 0 ? "even" : "odd", new float[] {i}));
      }
      made.remove(5);
      assertThat(made.removeLabel("even")).isEqualTo(3);
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.labels()).isEqualTo(Map.of("odd", 2));
        assertThat(gallery.search(new float[] {5}, 9))
            .extracting(c -> c.entry().id())
            .containsExactly(3L, 1L);
        assertThat(gallery.search(new float[] {5}, 9))
            .extracting(Candidate::score)
            .containsExactly(4f, 16f);
        // An id is not given twice, though the greatest one is free again.
        assertThat(gallery.add(NewEntry.of("new", new float[] {9}))).isEqualTo(6);
        assertThatThrownBy(() -> gallery.remove(5))
            .isInstanceOf(NoSuchElementException.class)
            .hasMessageContaining("5");
        assertThatThrownBy(() -> gallery.removeLabel("even"))
            .isInstanceOf(NoSuchElementException.class)
            .hasMessageContaining("even");
        assertThat(gallery.entries(Filter.label("even"))).isEmpty();
        assertThatThrownBy(() -> gallery.vector(0)).isInstanceOf(NoSuchElementException.class);
        assertThat(gallery.info().entries()).isEqualTo(3);
      }
    }
  }

  @Test
  void renamingALabel() {
    try (LocalGallery made = create(1, Similarity.L2)) {
      made.add(NewEntry.of("cat", new float[] {1}));
      made.add(NewEntry.of("cat", new float[] {2}));
      made.add(NewEntry.of("dog", new float[] {3}));
      made.renameLabel("cat", "tiger");
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.labels()).isEqualTo(Map.of("dog", 1, "tiger", 2));
        assertThat(gallery.search(new float[] {0}, 1).getFirst().label()).isEqualTo("tiger");
        assertThatThrownBy(() -> gallery.renameLabel("cat", "x"))
            .isInstanceOf(NoSuchElementException.class);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.renameLabel("tiger", "dog"))
            .withMessageContaining("in use");
        assertThatIllegalArgumentException().isThrownBy(() -> gallery.renameLabel("tiger", " "));
        gallery.renameLabel("dog", "cat");
        assertThat(gallery.labels()).isEqualTo(Map.of("cat", 1, "tiger", 2));
      }
    }
  }

  @Test
  void anImageIsReplacedAsAWhole() {
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 7};
    try (LocalGallery made = create(2, Similarity.COSINE)) {
      made.addAll(
          List.of(
              NewEntry.of("cup", new float[] {1, 0}).withThumbnail(jpeg).withAttribute("a", "1"),
              NewEntry.of("pot", new float[] {0, 1})));
      Entry now =
          made.replace(0, NewEntry.of("mug", new float[] {-3, 0}).withSource("x.jpg").withId(0));
      assertThat(now.attributes()).isEmpty();
      for (NewEntry bad :
          List.of(
              NewEntry.of("\n", new float[] {1, 1}),
              NewEntry.of("mug", new float[] {0, 0}),
              NewEntry.of("mug", new float[] {1}))) {
        assertThatThrownBy(() -> made.replace(1, bad)).isInstanceOf(RejectedEntriesException.class);
      }
      NewEntry good = NewEntry.of("mug", new float[] {1, 1});
      assertThatIllegalArgumentException().isThrownBy(() -> made.replace(1, good.withId(2)));
      assertThatThrownBy(() -> made.replace(9, good)).isInstanceOf(NoSuchElementException.class);
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.find(0)).contains(now);
        assertThat(gallery.vector(0)).containsExactly(-1, 0);
        assertThat(gallery.vector(1)).containsExactly(0, 1);
        assertThat(gallery.labels()).isEqualTo(Map.of("mug", 1, "pot", 1));
        assertThat(gallery.thumbnail(0)).isEmpty();
        assertThat(gallery.search(new float[] {-1, 0}, 1).getFirst().entry()).isEqualTo(now);
      }
    }
  }

  @Test
  void imagesCanBeChanged() {
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 7};
    try (LocalGallery made = create(2, Similarity.COSINE)) {
      made.addAll(
          List.of(
              NewEntry.of("cup", new float[] {1, 0}).withThumbnail(jpeg).withAttribute("a", "1"),
              NewEntry.of("pot", new float[] {0, 1})));
      made.update(0, new float[] {-3, 0});
      Entry changed =
          made.change(
              0,
              entry ->
                  entry
                      .withLabel("mug")
                      .withSource("x.jpg")
                      .withAttribute("b", "2")
                      .withoutAttribute("a"));
      assertThat(changed.label()).isEqualTo("mug");
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.find(0)).contains(changed);
        assertThat(gallery.vector(0)).containsExactly(-1, 0);
        assertThat(gallery.labels()).isEqualTo(Map.of("mug", 1, "pot", 1));
        assertThat(gallery.thumbnail(0).orElseThrow()).isEqualTo(jpeg);
        assertThat(gallery.thumbnail(1)).isEmpty();
        assertThat(gallery.search(new float[] {-1, 0}, 1).getFirst().entry()).isEqualTo(changed);
        assertThatThrownBy(() -> gallery.thumbnail(9)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> gallery.update(9, new float[] {1, 1}))
            .isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> gallery.change(9, entry -> entry))
            .isInstanceOf(NoSuchElementException.class);
        for (float[] vector : new float[][] {{1}, {0, 0}, {1, Float.NaN}}) {
          assertThatIllegalArgumentException().isThrownBy(() -> gallery.update(0, vector));
        }
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.change(0, entry -> entry.withLabel("\n")));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.change(0, entry -> gallery.find(1).orElseThrow()));
        assertThat(gallery.find(0)).contains(changed);
      }
    }
  }

  @Test
  void thumbnailsAreSmallJpegFiles() {
    NewEntry entry = NewEntry.of("a", new float[] {1});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> entry.withThumbnail(new byte[] {1, 2, 3}))
        .withMessageContaining("JPEG");
    byte[] large = new byte[NewEntry.LONGEST_THUMBNAIL + 1];
    large[0] = (byte) 0xff;
    large[1] = (byte) 0xd8;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> entry.withThumbnail(large))
        .withMessageContaining("at most 65536");
  }

  @Test
  void mergingLabels() {
    try (LocalGallery made = create(1, Similarity.L2)) {
      for (int i = 0; i < 9; i++) {
        made.add(NewEntry.of(List.of("a", "b", "c").get(i % 3), new float[] {i}));
      }
      assertThat(made.mergeLabels(List.of("a", "b"), "b")).isEqualTo(3);
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.labels()).isEqualTo(Map.of("b", 6, "c", 3));
        assertThat(gallery.find(0).orElseThrow().label()).isEqualTo("b");
        assertThat(gallery.mergeLabels(List.of("b", "c"), "all")).isEqualTo(9);
        assertThat(gallery.labels()).isEqualTo(Map.of("all", 9));
        assertThat(gallery.mergeLabels(List.of("all"), "all")).isZero();
        assertThatThrownBy(() -> gallery.mergeLabels(List.of("all", "gone"), "x"))
            .isInstanceOf(NoSuchElementException.class)
            .hasMessageContaining("gone");
        assertThat(gallery.labels()).isEqualTo(Map.of("all", 9));
      }
    }
  }

  @Test
  void removingSeveralAtOnce() {
    try (LocalGallery gallery = create(1, Similarity.L2)) {
      gallery.addAll(
          List.of(
              NewEntry.of("a", new float[] {1}),
              NewEntry.of("b", new float[] {2}),
              NewEntry.of("b", new float[] {3})));
      assertThatThrownBy(() -> gallery.removeAll(List.of(0L, 7L)))
          .isInstanceOf(NoSuchElementException.class);
      assertThatIllegalArgumentException().isThrownBy(() -> gallery.removeAll(List.of(0L, 0L)));
      assertThat(gallery.info().entries()).isEqualTo(3);
      gallery.removeAll(List.of(2L, 0L));
      gallery.removeAll(List.of());
      assertThat(gallery.labels()).isEqualTo(Map.of("b", 1));
    }
  }

  @Test
  void imagesThatAreTheSame() {
    try (LocalGallery made = create(2, Similarity.COSINE)) {
      float[][] vectors = {{1, 0}, {0, 1}, {2, 0}, {1, 0.01f}, {-1, 0}, {0, 5}};
      for (float[] vector : vectors) {
        made.add(NewEntry.of("a", vector));
      }
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.duplicates())
            .extracting(group -> group.stream().map(Entry::id).toList())
            .containsExactly(List.of(0L, 2L), List.of(1L, 5L));
        assertThat(gallery.duplicates(0.99f))
            .extracting(group -> group.stream().map(Entry::id).toList())
            .containsExactly(List.of(0L, 2L, 3L), List.of(1L, 5L));
      }
    }
  }

  @Test
  void searchingAmongSomeImages() {
    try (LocalGallery made = create(1, Similarity.L2)) {
      for (int i = 0; i < 50; i++) {
        made.add(NewEntry.of("l" + i % 5, new float[] {i}).withAttribute("shop", "" + i % 2));
      }
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.search(new float[] {10}, 4, Filter.attribute("shop", "1")))
            .extracting(c -> c.entry().id())
            .containsExactly(9L, 11L, 7L, 13L);
        assertThat(gallery.search(new float[] {0}, 99, Filter.label("l3")))
            .extracting(c -> c.entry().id())
            .containsExactly(3L, 8L, 13L, 18L, 23L, 28L, 33L, 38L, 43L, 48L);
        assertThat(
                gallery.searchAll(
                    new float[][] {{0}, {49}},
                    SearchRequest.of(2)
                        .where(Filter.matching(entry -> entry.id() % 10 == 0 && entry.id() > 5))
                        .withThreads(2)))
            .extracting(c -> c.getFirst().entry().id())
            .containsExactly(10L, 40L);
      }
    }
  }

  @Test
  void aBadBatchIsRefusedAsAWholeAndSaysAllThatIsWrong() {
    try (LocalGallery gallery = create(2, Similarity.COSINE)) {
      gallery.add(NewEntry.of("a", new float[] {1, 1}).withId(7));
      assertThatExceptionOfType(RejectedEntriesException.class)
          .isThrownBy(() ->
              gallery.addAll(
                  List.of(
                      NewEntry.of("fine", new float[] {1, 2}),
                      NewEntry.of("b", new float[] {1}).withSource("short.jpg"),
                      NewEntry.of("b", new float[] {0, 0}).withSource("zero.jpg"),
                      NewEntry.of("b", new float[] {1, Float.NaN}).withSource("nan.jpg"),
                      NewEntry.of(" ", new float[] {1, 1}).withId(7),
                      NewEntry.of("b\nc", new float[] {1, 1}).withId(-1),
                      NewEntry.of("b", new float[] {1, 1}).withId(9),
                      NewEntry.of("b", new float[] {1, 1}).withId(9),
                      NewEntry.of("b\ud800", new float[] {1, 1}))))
          .satisfies(e ->
              assertThat(e.rejected())
                  .extracting(Problem::position)
                  .containsExactly(1, 2, 3, 4, 4, 5, 5, 7, 8))
          .withMessageContaining("9 problems")
          .withMessageContaining("short.jpg (number 2): the vector has 1 values, expected 2")
          .withMessageContaining("length zero")
          .withMessageContaining("NaN");
      assertThat(gallery.entries()).extracting(Entry::id).containsExactly(7L);
      assertThat(gallery.labels()).isEqualTo(Map.of("a", 1));
      assertThat(gallery.addAll(List.of())).isEmpty();
      assertThat(gallery.add(NewEntry.of("b", new float[] {1, 1}))).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void badQueriesAreRefused(Similarity similarity) {
    try (LocalGallery gallery = create(2, similarity)) {
      gallery.add(NewEntry.of("a", new float[] {1, 1}));
      for (float[] query :
          new float[][] {{1}, {1, 2, 3}, {1, Float.NaN}, {Float.POSITIVE_INFINITY, 1}}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.search(query, 1))
            .withMessageContaining("query");
      }
      assertThatIllegalArgumentException().isThrownBy(() -> gallery.search(new float[] {1, 1}, 0));
      if (similarity == Similarity.COSINE) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> gallery.search(new float[] {0, 0}, 1))
            .withMessageContaining("zero");
      } else {
        assertThat(gallery.search(new float[] {0, 0}, 1)).hasSize(1);
      }
    }
  }

  @Test
  void theThresholdDecidesBetweenKnownAndUnknown() {
    try (LocalGallery made = create(2, Similarity.COSINE)) {
      made.add(NewEntry.of("right", new float[] {1, 0}));
      made.add(NewEntry.of("up", new float[] {0, 1}));
      made.setCalibration(Calibration.given(0.9f));
      try (LocalGallery gallery = reopened(made)) {
        Decision near = new Decider(gallery).decide(new float[] {5, 1});
        assertThat(near.label()).contains("right");
        assertThat(near.score().orElseThrow()).isCloseTo(0.98, Offset.offset(0.01));
        assertThat(near.share()).isEqualTo(1);
        Decision far = new Decider(gallery).decide(new float[] {1, 1});
        assertThat(far.isUnknown()).isTrue();
        assertThat(far.candidates()).hasSize(2);
        assertThat(far.threshold()).isEqualTo(0.9f);
        assertThat(
                new Decider(gallery, DecisionPolicy.DEFAULT.withThreshold(0.6f))
                    .decide(new float[] {2, 1})
                    .label())
            .contains("right");
        assertThat(gallery.info().calibration().orElseThrow().basis())
            .isEqualTo(Calibration.Basis.GIVEN);
      }
    }
  }

  @Test
  void underL2SmallerScoresAreAccepted() {
    try (LocalGallery gallery = create(1, Similarity.L2)) {
      gallery.add(NewEntry.of("zero", new float[] {0}));
      gallery.add(NewEntry.of("ten", new float[] {10}));
      assertThatThrownBy(() -> new Decider(gallery).decide(new float[] {1}))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("calibrate");
      gallery.setCalibration(Calibration.given(4));
      assertThat(new Decider(gallery).decide(new float[] {1}).label()).contains("zero");
      assertThat(new Decider(gallery).decide(new float[] {8}).label()).contains("ten");
      assertThat(new Decider(gallery).decide(new float[] {5}).isUnknown()).isTrue();
    }
  }

  @Test
  void aCalibrationCanBeRemoved() {
    try (LocalGallery made = create(1, Similarity.L2)) {
      made.add(NewEntry.of("zero", new float[] {0}));
      made.removeCalibration();
      made.setCalibration(Calibration.given(4));
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.info().calibration()).isPresent();
        gallery.removeCalibration();
        assertThat(gallery.info().calibration()).isEmpty();
        assertThatThrownBy(() -> new Decider(gallery).decide(new float[] {1}))
            .isInstanceOf(GalleryException.class);
        try (LocalGallery again = reopened(gallery)) {
          assertThat(again.info().calibration()).isEmpty();
          again.compact();
          assertThat(again.info().calibration()).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void calibrationHoldsWhatItPromisesOnThingsNeverSeen(long seed) {
    Random random = new Random(seed);
    int dimension = 16;
    try (LocalGallery made = create(dimension, Similarity.COSINE)) {
      for (int label = 0; label < 60; label++) {
        float[] centre = gaussian(random, dimension, 1, new float[dimension]);
        for (int i = 0; i < 5; i++) {
          made.add(NewEntry.of("label " + label, gaussian(random, dimension, 0.2, centre)));
        }
      }
      Calibration calibration = new Calibrator(0.1).calibrateAndStore(made);
      try (LocalGallery gallery = reopened(made)) {
        assertThat(gallery.info().calibration()).contains(calibration);
        assertThat(calibration.basis()).isEqualTo(Calibration.Basis.MEASURED);
        assertThat(calibration.betweenScores()).isEqualTo(300);
        assertThat(calibration.withinScores()).isEqualTo(300);
        assertThat(calibration.falseAcceptRate().orElseThrow().value()).isBetween(0.05, 0.1);
        assertThat(calibration.falseRejectRate().orElseThrow().value()).isLessThan(0.05);
        long accepted =
            IntStream.range(0, 1000)
                .filter(i ->
                    !new Decider(gallery)
                        .decide(gaussian(random, dimension, 1, new float[dimension]))
                        .isUnknown())
                .count();
        assertThat(accepted / 1000.0).as("seed %d", seed).isBetween(0.02, 0.2);
      }
    }
  }

  @Test
  void everythingAgreesWithAPlainMapAfterRandomChanges() {
    Random random = new Random(12);
    Map<Long, String> expected = new TreeMap<>();
    LocalGallery gallery = create(4, Similarity.INNER_PRODUCT);
    for (int step = 0; step < 600; step++) {
      switch (random.nextInt(6)) {
        case 0 -> {
          if (!expected.isEmpty()) {
            long id = List.copyOf(expected.keySet()).get(random.nextInt(expected.size()));
            gallery.remove(id);
            expected.remove(id);
          }
        }
        case 1 -> {
          String label = "l" + random.nextInt(30);
          if (expected.containsValue(label) && step % 5 == 0) {
            gallery.removeLabel(label);
            expected.values().removeIf(label::equals);
          }
        }
        default -> {
          List<NewEntry> batch = new ArrayList<>();
          for (int i = random.nextInt(3); i >= 0; i--) {
            batch.add(
                NewEntry.of("l" + random.nextInt(30), gaussian(random, 4, 1, new float[4]))
                    .withSource("s" + step));
          }
          List<Long> ids = gallery.addAll(batch);
          for (int i = 0; i < ids.size(); i++) {
            expected.put(ids.get(i), batch.get(i).label());
          }
        }
      }
      if (step % 100 == 99) {
        gallery = reopened(gallery);
        assertThat(gallery.entries())
            .extracting(Entry::id)
            .containsExactlyElementsOf(expected.keySet());
        assertThat(gallery.entries())
            .extracting(Entry::label)
            .containsExactlyElementsOf(expected.values());
        assertThat(gallery.labels().values().stream().mapToInt(i -> i).sum())
            .isEqualTo(expected.size());
        assertThat(gallery.search(new float[] {1, 0, 0, 0}, 10_000))
            .hasSameSizeAs(expected.keySet());
      }
    }
    gallery.close();
  }

  /// The writer keeps every label's images at distances that name the label, adds them in pairs and
  /// removes them: a reader that sees half a pair or a label that does not belong to the vector has
  /// seen half a change.
  @Test
  void readersSeeWholeChangesWhileAWriterWrites() throws Exception {
    try (LocalGallery gallery = create(1, Similarity.L2)) {
      AtomicBoolean done = new AtomicBoolean();
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      Runnable reader =
          () -> {
            while (!done.get()) {
              List<Candidate> seen = gallery.search(new float[] {0}, 100);
              for (Candidate candidate : seen) {
                if (!candidate.label().equals("at " + Math.round(Math.sqrt(candidate.score())))) {
                  wrong.add(candidate.toString());
                }
              }
              if (seen.size() % 2 != 0) {
                wrong.add("half a pair: " + seen);
              }
            }
          };
      List<Thread> readers =
          List.of(Thread.ofPlatform().start(reader), Thread.ofPlatform().start(reader));
      Random random = new Random(3);
      for (int step = 0; step < 3000 && wrong.isEmpty(); step++) {
        String label = "at " + random.nextInt(20);
        if (gallery.labels().containsKey(label)) {
          gallery.removeLabel(label);
        } else {
          float[] vector = {Float.parseFloat(label.substring(3))};
          gallery.addAll(List.of(NewEntry.of(label, vector), NewEntry.of(label, vector)));
        }
        if (step % 500 == 0) {
          gallery.flush();
        }
      }
      done.set(true);
      for (Thread thread : readers) {
        thread.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void aClosedGallerySaysSo() {
    LocalGallery gallery = create(1, Similarity.L2);
    gallery.close();
    gallery.close();
    assertThatThrownBy(() -> gallery.search(new float[] {1}, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gallery.add(NewEntry.of("a", new float[] {1})))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(gallery::labels).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(gallery::flush).isInstanceOf(IllegalStateException.class);
  }

  static float[] gaussian(Random random, int dimension, double deviation, float[] centre) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) (centre[d] + deviation * random.nextGaussian());
    }
    return vector;
  }
}
