package ai.fovea.gallery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.ChangeResult.Added;
import ai.fovea.gallery.ChangeResult.Done;
import ai.fovea.gallery.ChangeResult.Failed;
import ai.fovea.gallery.ChangeResult.Reason;
import ai.fovea.gallery.ChangeResult.Skipped;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.GalleryWriter;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.Guarantees.Atomicity;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.PageRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.decision.Decider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What every [GalleryWriter] promises, by its [Guarantees], seen through the same gallery's
/// reader. Long because it is the whole promise: an implementation inherits it by one word. Its
/// reader has a suite of its own, [GalleryReaderContract].
public abstract class GalleryWriterContract {
  /// Longer promises of visibility are not waited for.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final GallerySettings SETTINGS =
      new GallerySettings("model-1", 2, Similarity.COSINE);

  /// Returns an empty gallery. The test closes it.
  protected abstract Gallery gallery(GallerySettings settings);

  private Gallery gallery() {
    return gallery(SETTINGS);
  }

  private static NewEntry entry(String label, float x, float y) {
    return NewEntry.of(label, new float[] {x, y});
  }

  /// Does changes that are expected to succeed, in batches as large as promised, and waits until
  /// they are visible.
  private static List<ChangeResult> done(Gallery gallery, Change... changes) {
    int max = gallery.guarantees().maxBatch();
    List<ChangeResult> results = new ArrayList<>();
    for (int from = 0; from < changes.length; from += max) {
      int end = (int) Math.min(changes.length, (long) from + max);
      results.addAll(gallery.apply(List.of(Arrays.copyOfRange(changes, from, end))));
    }
    assertThat(results).hasSize(changes.length).allMatch(ChangeResult::isDone);
    flushIfDelayed(gallery);
    return results;
  }

  private static void flushIfDelayed(Gallery gallery) {
    if (!gallery.guarantees().visibleWithin().isZero()) {
      gallery.flush();
    }
  }

  /// Returns a gallery with the images 0 `cup`, 1 `cup` and 2 `pot`.
  private Gallery filled() {
    Gallery gallery = gallery();
    done(
        gallery,
        new Change.Add(
            entry("cup", 1, 0)
                .withAttribute("a", "1")
                .withThumbnail(Samples.thumbnail(1))
                .withId(0)),
        new Change.Add(entry("cup", 1, 1).withId(1)),
        new Change.Add(entry("pot", 0, 1).withId(2)));
    return gallery;
  }

  @Test
  void itTakesChanges() {
    try (Gallery gallery = gallery()) {
      gallery.requireWritable();
      assertThat(gallery.apply(List.of())).isEmpty();
    }
  }

  @Test
  void additionsGetIdsOfTheirOwn() {
    try (Gallery gallery = gallery()) {
      List<ChangeResult> results =
          done(
              gallery,
              new Change.Add(entry("a", 1, 0)),
              new Change.Add(entry("b", 1, 1).withId(40)),
              new Change.Add(entry("c", 0, 1)));
      List<Long> ids = results.stream().map(result -> ((Added) result).id()).toList();
      assertThat(ids).doesNotHaveDuplicates().contains(40L).allMatch(id -> id >= 0);
      for (int i = 0; i < 3; i++) {
        assertThat(gallery.find(ids.get(i)).orElseThrow().label()).isEqualTo("abc".charAt(i) + "");
      }
      done(gallery, new Change.Remove(ids.get(2)));
      ChangeResult next = done(gallery, new Change.Add(entry("d", 1, 0))).getFirst();
      assertThat(((Added) next).id()).as("an id is not given twice").isNotIn(ids);
    }
  }

  @Test
  void oneImageIsAddedAndItsIdTold() {
    try (Gallery gallery = gallery()) {
      long id = gallery.add(entry("a", 1, 0));
      gallery.flush();
      assertThat(gallery.find(id).orElseThrow().label()).isEqualTo("a");
      NewEntry tooLong = NewEntry.of("b", new float[] {1, 0, 0});
      assertThatThrownBy(() -> gallery.add(tooLong)).isInstanceOf(GalleryException.class);
      assertThat(gallery.info().entries()).isEqualTo(1);
    }
  }

  @Test
  void imagesAreReplacedAndDescribed() {
    try (Gallery gallery = filled()) {
      Entry described = new Entry(0, "mug", Optional.of("mug.jpg"), Map.of("b", "2"));
      List<ChangeResult> results =
          done(
              gallery,
              new Change.Replace(2, entry("jug", -1, 0).withSource("jug.jpg")),
              new Change.UpdateVector(1, new float[] {0, -3}),
              new Change.Describe(described));
      assertThat(results).containsOnly(new Done(1));
      assertThat(gallery.find(2)).contains(new Entry(2, "jug", Optional.of("jug.jpg"), Map.of()));
      assertThat(gallery.vector(2)).containsExactly(-1, 0);
      assertThat(gallery.vector(1)).containsExactly(0, -1);
      assertThat(gallery.find(0)).contains(described);
      assertThat(gallery.vector(0)).containsExactly(1, 0);
      assertThat(gallery.thumbnail(0).orElseThrow()).isEqualTo(Samples.thumbnail(1));
      assertThat(gallery.labels()).isEqualTo(Map.of("cup", 1, "jug", 1, "mug", 1));
      assertThat(gallery.search(new float[] {0, -1}, 1).getFirst().entry().id()).isEqualTo(1);
    }
  }

  @Test
  void imagesAndLabelsAreRemoved() {
    try (Gallery gallery = filled()) {
      assertThat(done(gallery, new Change.Remove(1), new Change.RemoveLabel("pot")))
          .containsExactly(new Done(1), new Done(1));
      assertThat(gallery.entries()).extracting(Entry::id).containsExactly(0L);
      assertThat(gallery.labels()).isEqualTo(Map.of("cup", 1));
      assertThat(gallery.info().entries()).isEqualTo(1);
      assertThat(gallery.search(new float[] {0, 1}, Math.min(3, gallery.guarantees().maxResults())))
          .extracting(c -> c.entry().id())
          .containsExactly(0L);
    }
  }

  @Test
  void labelsAreRenamedAndMerged() {
    try (Gallery gallery = filled()) {
      assertThat(done(gallery, new Change.Relabel(List.of("cup"), "mug")))
          .containsExactly(new Done(2));
      assertThat(gallery.labels()).isEqualTo(Map.of("mug", 2, "pot", 1));
      assertThat(done(gallery, new Change.Relabel(List.of("mug", "pot"), "pot")))
          .containsExactly(new Done(2));
      assertThat(gallery.labels()).isEqualTo(Map.of("pot", 3));
      assertThat(gallery.search(new float[] {1, 0}, 1).getFirst().label()).isEqualTo("pot");
    }
  }

  @Test
  void labelsAreKeptComposed() {
    try (Gallery gallery = gallery()) {
      String decomposed = "cafe\u0301";
      String composed = "caf\u00e9";
      done(
          gallery,
          new Change.Add(entry(decomposed, 1, 0).withId(0)),
          new Change.Add(entry("a", 1, 0).withId(1)),
          new Change.Add(entry("b", 1, 0).withId(2)),
          new Change.Add(entry("c", 1, 0).withId(3)));
      assertThat(gallery.labels()).isEqualTo(Map.of(composed, 1, "a", 1, "b", 1, "c", 1));
      done(gallery, new Change.Describe(new Entry(1, decomposed, Optional.empty(), Map.of())));
      assertThat(gallery.labels()).isEqualTo(Map.of(composed, 2, "b", 1, "c", 1));
      done(gallery, new Change.Replace(2, entry(decomposed, 0, 1)));
      assertThat(gallery.labels()).isEqualTo(Map.of(composed, 3, "c", 1));
      assertThat(done(gallery, new Change.Relabel(List.of(decomposed, "c"), decomposed)))
          .containsExactly(new Done(1));
      assertThat(gallery.labels()).isEqualTo(Map.of(composed, 4));
      assertThat(gallery.entries()).extracting(Entry::label).containsOnly(composed);
      assertThat(done(gallery, new Change.RemoveLabel(decomposed))).containsExactly(new Done(4));
      assertThat(gallery.labels()).isEmpty();
    }
  }

  @Test
  void calibrationsAreStoredAndRemoved() {
    try (Gallery gallery = filled()) {
      Calibration given = Calibration.given(0.75f);
      done(gallery, new Change.SetCalibration(Optional.of(given)));
      assertThat(gallery.info().calibration()).contains(given);
      assertThat(new Decider(gallery).decide(new float[] {1, 0}).threshold()).isEqualTo(0.75f);
      gallery.removeCalibration();
      gallery.removeCalibration();
      flushIfDelayed(gallery);
      assertThat(gallery.info().calibration()).isEmpty();
    }
  }

  @Test
  void aMeasuredCalibrationIsStoredAsItWasFound() {
    try (Gallery gallery = gallery(Samples.SETTINGS)) {
      done(gallery, Samples.clusters(6, 5, 1).stream().map(Change.Add::new).toArray(Change[]::new));
      Calibration found = new Calibrator().calibrateAndStore(gallery);
      flushIfDelayed(gallery);
      assertThat(gallery.info().calibration()).contains(found);
    }
  }

  @Test
  void changesThatDoNotFitFailAndTellWhy() {
    try (Gallery gallery = filled()) {
      float[] none = {Float.NaN, 1};
      Map<Change, String> invalid =
          Map.of(
              new Change.Add(NewEntry.of("a", new float[] {1})), "expected 2",
              new Change.Add(NewEntry.of("a", none)), "NaN",
              new Change.Add(entry("a", 0, 0)), "zero",
              new Change.Add(entry(" ", 1, 1)), "label",
              new Change.Add(entry("a", 1, 1).withId(2)), "2",
              new Change.Add(entry("a", 1, 1).withId(-1)), "-1",
              new Change.UpdateVector(0, none), "NaN",
              new Change.Replace(0, NewEntry.of("a", new float[] {1, 2, 3})), "expected 2",
              new Change.Describe(new Entry(0, "a\nb", Optional.empty(), Map.of())), "line break",
              new Change.Relabel(List.of("cup"), ""), "label");
      invalid.forEach((change, why) -> {
        ChangeResult result = gallery.apply(change);
        assertThat(result).as("%s", change).isInstanceOf(Failed.class);
        assertThat(((Failed) result).reason()).as("%s", result).isEqualTo(Reason.INVALID);
        assertThat(((Failed) result).problem()).contains(why);
        assertThatThrownBy(result::orElseThrow).hasMessageContaining(why);
      });
      assertUnchanged(gallery);
    }
  }

  @Test
  void changesOfWhatIsNotThereFailAndTellSo() {
    try (Gallery gallery = filled()) {
      List<Change> missing =
          List.of(
              new Change.Remove(7),
              new Change.UpdateVector(7, new float[] {1, 1}),
              new Change.Replace(7, entry("a", 1, 1)),
              new Change.Describe(new Entry(7, "a", Optional.empty(), Map.of())),
              new Change.RemoveLabel("seven 7"),
              new Change.Relabel(List.of("cup", "seven 7"), "b"));
      for (Change change : missing) {
        ChangeResult result = gallery.apply(change);
        assertThat(result).as("%s", change).isInstanceOf(Failed.class);
        assertThat(((Failed) result).reason()).as("%s", result).isEqualTo(Reason.NOT_FOUND);
        assertThat(((Failed) result).problem()).contains("7");
      }
      assertUnchanged(gallery);
    }
  }

  private static void assertUnchanged(Gallery gallery) {
    flushIfDelayed(gallery);
    assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2, "pot", 1));
    assertThat(gallery.entries()).extracting(Entry::id).containsExactly(0L, 1L, 2L);
    assertThat(gallery.vector(0)).containsExactly(1, 0);
  }

  /// Additions of which the second is bad, between others; a removal and its like.
  @Test
  void aBatchIsDoneAsFarTogetherAsIsPromised() {
    try (Gallery gallery = filled()) {
      Assumptions.assumeTrue(gallery.guarantees().maxBatch() >= 3, "batches of three");
      NewEntry good = entry("new", 1, 2);
      NewEntry bad = NewEntry.of("bad", new float[] {1, Float.NaN});
      List<ChangeResult> additions =
          gallery.apply(List.of(new Change.Add(good), new Change.Add(bad), new Change.Add(good)));
      assertThat(additions).hasSize(3);
      assertThat(additions.get(1)).isInstanceOf(Failed.class);
      List<ChangeResult> removals =
          gallery.apply(List.of(new Change.Remove(0), new Change.Remove(7), new Change.Remove(1)));
      assertThat(removals).hasSize(3);
      assertThat(removals.get(1)).isInstanceOf(Failed.class);
      if (gallery.guarantees().atomicity() == Atomicity.ITEM) {
        assertThat(additions).element(0).isInstanceOf(Added.class);
        assertThat(additions).element(2).isInstanceOf(Added.class);
        assertThat(removals).element(0).isEqualTo(new Done(1));
        assertThat(removals).element(2).isEqualTo(new Done(1));
        flushIfDelayed(gallery);
        assertThat(gallery.labels()).isEqualTo(Map.of("new", 2, "pot", 1));
      } else {
        assertThat(additions).element(0).isEqualTo(new Skipped());
        assertThat(additions).element(2).isEqualTo(new Skipped());
        assertThat(removals).element(0).isEqualTo(new Skipped());
        assertThat(removals).element(2).isEqualTo(new Skipped());
        assertUnchanged(gallery);
      }
    }
  }

  @Test
  void aMixedBatchEndsWhereItFailsAsIsPromised() {
    try (Gallery gallery = filled()) {
      Assumptions.assumeTrue(gallery.guarantees().maxBatch() >= 3, "batches of three");
      List<ChangeResult> results =
          gallery.apply(
              List.of(
                  new Change.Remove(2),
                  new Change.UpdateVector(7, new float[] {1, 1}),
                  new Change.Relabel(List.of("cup"), "mug")));
      assertThat(results).hasSize(3);
      assertThat(results.get(1)).isInstanceOf(Failed.class);
      flushIfDelayed(gallery);
      switch (gallery.guarantees().atomicity()) {
        case ITEM -> {
          assertThat(results).element(0).isEqualTo(new Done(1));
          assertThat(results).element(2).isEqualTo(new Done(2));
          assertThat(gallery.labels()).isEqualTo(Map.of("mug", 2));
        }
        case STEP -> {
          assertThat(results).element(0).isEqualTo(new Done(1));
          assertThat(results).element(2).isEqualTo(new Skipped());
          assertThat(gallery.labels()).isEqualTo(Map.of("cup", 2));
        }
        case BATCH -> {
          assertThat(results).element(0).isEqualTo(new Skipped());
          assertThat(results).element(2).isEqualTo(new Skipped());
          assertUnchanged(gallery);
        }
      }
    }
  }

  @Test
  void changesAreDoneInTheirOrder() {
    try (Gallery gallery = gallery()) {
      done(
          gallery,
          new Change.Add(entry("a", 1, 0).withId(0)),
          new Change.Relabel(List.of("a"), "b"),
          new Change.Add(entry("a", 1, 0).withId(1)),
          new Change.Remove(0),
          new Change.Add(entry("c", 1, 0).withId(2)));
      assertThat(gallery.labels()).isEqualTo(Map.of("a", 1, "c", 1));
    }
  }

  @Test
  void theSameImageIsNotRemovedTwiceInABatch() {
    try (Gallery gallery = filled()) {
      Assumptions.assumeTrue(gallery.guarantees().maxBatch() >= 2, "batches of two");
      List<ChangeResult> results =
          gallery.apply(List.of(new Change.Remove(1), new Change.Remove(1)));
      assertThat(results.get(1)).isInstanceOf(Failed.class);
      assertThat(results.getFirst().isDone())
          .isEqualTo(gallery.guarantees().atomicity() == Atomicity.ITEM);
    }
  }

  @Test
  void aBatchThatIsLargerThanPromisedIsRefusedAsAWhole() {
    try (Gallery gallery = filled()) {
      int max = gallery.guarantees().maxBatch();
      Assumptions.assumeTrue(max <= 100_000, "it promises batches of any size");
      List<Change> tooMany =
          IntStream.rangeClosed(0, max)
              .<Change>mapToObj(i -> new Change.Add(entry("n" + i, 1, i)))
              .toList();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> gallery.apply(tooMany))
          .withMessageContaining("" + max);
      assertUnchanged(gallery);
      assertThat(gallery.apply(tooMany.subList(0, max))).allMatch(ChangeResult::isDone);
    }
  }

  @Test
  void changesBecomeVisibleWhenPromised() throws InterruptedException {
    try (Gallery gallery = filled()) {
      Duration within = gallery.guarantees().visibleWithin();
      Assumptions.assumeTrue(within.compareTo(LONGEST_WAIT) <= 0, "it promises only flush()");
      assertThat(gallery.apply(new Change.Add(entry("new", 1, 2).withId(9))).isDone()).isTrue();
      assertThat(gallery.apply(new Change.Remove(0)).isDone()).isTrue();
      Thread.sleep(within);
      assertThat(gallery.find(9)).isPresent();
      assertThat(gallery.find(0)).isEmpty();
      assertThat(gallery.labels(PageRequest.of(2)).items()).hasSizeGreaterThan(0);
      assertThat(gallery.labels()).isEqualTo(Map.of("cup", 1, "new", 1, "pot", 1));
      assertThat(gallery.search(new float[] {1, 2}, 1).getFirst().entry().id()).isEqualTo(9);
    }
  }

  @Test
  void flushingMakesChangesVisible() {
    try (Gallery gallery = filled()) {
      assertThat(gallery.apply(new Change.Remove(0)).isDone()).isTrue();
      gallery.flush();
      assertThat(gallery.find(0)).isEmpty();
      assertThat(gallery.info().entries()).isEqualTo(2);
    }
  }

  /// The writer adds pairs and removes them: a reader that finds an odd number has seen half a
  /// step.
  @Test
  void searchesSeeWholeSteps() throws InterruptedException {
    try (Gallery gallery = gallery(new GallerySettings("m", 1, Similarity.L2))) {
      Guarantees guarantees = gallery.guarantees();
      Assumptions.assumeTrue(
          guarantees.isolated() && guarantees.atomicity() != Atomicity.ITEM,
          "it promises no isolation of steps");
      // As many pairs as one search returns whole.
      int pairs = Math.min(8, guarantees.maxResults() / 2);
      Assumptions.assumeTrue(pairs > 0 && guarantees.maxBatch() >= 2, "batches, results of two");
      AtomicBoolean done = new AtomicBoolean();
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get()) {
                  List<Candidate> seen = gallery.search(new float[] {0}, 2 * pairs);
                  if (seen.size() % 2 != 0) {
                    wrong.add("half a pair: " + seen);
                  }
                }
              });
      Random random = new Random(3);
      for (int step = 0; step < 400 && wrong.isEmpty(); step++) {
        long id = 2L * random.nextInt(pairs);
        boolean there = gallery.find(id).isPresent();
        List<Change> pair =
            there
                ? List.of(new Change.Remove(id), new Change.Remove(id + 1))
                : List.of(add(id), add(id + 1));
        assertThat(gallery.apply(pair)).allMatch(ChangeResult::isDone);
        flushIfDelayed(gallery);
      }
      done.set(true);
      reader.join();
      assertThat(wrong).isEmpty();
    }
  }

  private static Change add(long id) {
    return new Change.Add(NewEntry.of("a", new float[] {id + 1}).withId(id));
  }

  @Test
  void aClosedWriterSaysSo() {
    Gallery gallery = gallery();
    gallery.close();
    gallery.close();
    assertThatThrownBy(() -> gallery.apply(new Change.Add(entry("a", 1, 1))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(gallery::flush).isInstanceOf(IllegalStateException.class);
  }
}
