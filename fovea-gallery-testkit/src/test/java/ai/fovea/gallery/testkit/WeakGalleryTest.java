package ai.fovea.gallery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.gallery.calibration.GalleryScores;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.gallery.eval.Evaluation;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A gallery without atomic batches, with delayed visibility, capped pages and few filters passes
/// the suites of what it promises, and decision, calibration and evaluation run on it as on a local
/// one. So does one that promises everything.
class WeakGalleryTest {
  @Nested
  class Reading extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return PlainGalleries.fill(new PlainGallery(settings, PlainGalleries.WEAK), entries);
    }
  }

  @Nested
  class Writing extends GalleryWriterContract {
    @Override
    protected Gallery gallery(GallerySettings settings) {
      return new PlainGallery(settings, PlainGalleries.WEAK);
    }
  }

  @Nested
  class ReadingTheStrongest extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return PlainGalleries.fill(new PlainGallery(settings, Guarantees.STRONGEST), entries);
    }
  }

  @Nested
  class WritingTheStrongest extends GalleryWriterContract {
    @Override
    protected Gallery gallery(GallerySettings settings) {
      return new PlainGallery(settings, Guarantees.STRONGEST);
    }
  }

  /// One of everything at once.
  @Nested
  class ReadingOneByOne extends GalleryReaderContract {
    @Override
    protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
      return PlainGalleries.fill(new PlainGallery(settings, PlainGalleries.ONE_BY_ONE), entries);
    }
  }

  @Nested
  class WritingOneByOne extends GalleryWriterContract {
    @Override
    protected Gallery gallery(GallerySettings settings) {
      return new PlainGallery(settings, PlainGalleries.ONE_BY_ONE);
    }
  }

  @Test
  void aDecisionAsksForAsManyAsAreGuaranteed() {
    List<NewEntry> entries = Samples.clusters(4, 6, 5);
    Guarantees three = Guarantees.STRONGEST.withLimits(100, 3, 100);
    try (Gallery gallery =
        PlainGalleries.fill(new PlainGallery(Samples.SETTINGS, three), entries)) {
      Decider decider = new Decider(gallery, DecisionPolicy.DEFAULT.withK(5).withThreshold(0.5f));
      assertThat(decider.decide(entries.get(7).vector()).label()).contains("l1");
    }
  }

  /// Each label has six images, so that the forty results of a search always hold other labels:
  /// what is measured does not depend on how many results a search may have, only the
  /// cross-validation looks at a few labels less.
  @Test
  void calibrationAndEvaluationAreThoseOfALocalGallery() {
    List<NewEntry> entries = Samples.clusters(10, 6, 5);
    List<NewEntry> queries = Samples.clusters(12, 4, 5);
    try (Gallery weak = new PlainGallery(Samples.SETTINGS, PlainGalleries.WEAK);
        LocalGallery local = LocalGallery.inMemory(Samples.SETTINGS)) {
      PlainGalleries.fill(weak, entries);
      local.addAll(entries);
      Calibration expected = new Calibrator().calibrateAndStore(local);
      Calibration found = new Calibrator().calibrateAndStore(weak);
      weak.flush();
      assertThat(weak.info().calibration()).contains(found);
      assertThat(found.threshold()).isCloseTo(expected.threshold(), Offset.offset(1e-5f));
      assertThat(found.falseRejectRate()).isEqualTo(expected.falseRejectRate());
      assertThat(found.falseAcceptRate()).isEqualTo(expected.falseAcceptRate());
      Evaluation here = Evaluation.of(local, queries, DecisionPolicy.DEFAULT);
      Evaluation there = Evaluation.of(weak, queries, DecisionPolicy.DEFAULT);
      assertThat(there.right()).isEqualTo(here.right());
      assertThat(there.falseAccepts()).isEqualTo(here.falseAccepts());
      assertThat(there.recall()).isEqualTo(here.recall());
      assertThat(there.meanAveragePrecision().orElseThrow())
          .isCloseTo(here.meanAveragePrecision().orElseThrow(), Offset.offset(1e-6));
    }
  }

  /// Sixty images of one label fill the forty results of each of their searches: the other labels
  /// are asked for by their names.
  @Test
  void whatACappedSearchCannotSeeIsAskedForByName() {
    List<NewEntry> entries = Samples.clusters(3, 60, 8);
    try (Gallery weak =
            PlainGalleries.fill(new PlainGallery(Samples.SETTINGS, PlainGalleries.WEAK), entries);
        Gallery one =
            PlainGalleries.fill(
                new PlainGallery(Samples.SETTINGS, PlainGalleries.ONE_BY_ONE), entries);
        LocalGallery local = LocalGallery.inMemory(Samples.SETTINGS)) {
      local.addAll(entries);
      float[] expected = GalleryScores.measure(local, CalibrationSettings.balanced()).between();
      for (Gallery gallery : List.of(weak, one)) {
        assertThat(GalleryScores.measure(gallery, CalibrationSettings.balanced()).between())
            .containsExactly(expected, Offset.offset(1e-5f));
        assertThat(new Calibrator().calibrate(gallery).basis())
            .isEqualTo(Calibration.Basis.MEASURED);
      }
    }
  }

  /// Among labels of six images one of sixty, whose images see nothing but each other: their scores
  /// are missing, which is told.
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void whatMissesSomeImagesIsNotMeasured(double rate) {
    CalibrationSettings settings =
        rate == 0 ? CalibrationSettings.balanced() : CalibrationSettings.of(rate);
    List<NewEntry> entries = new ArrayList<>(Samples.clusters(12, 6, 5));
    for (NewEntry entry : Samples.clusters(1, 60, 9)) {
      entries.add(NewEntry.of("large", entry.vector()).withId(1000 + entry.id().orElseThrow()));
    }
    try (Gallery blind =
            PlainGalleries.fill(new PlainGallery(Samples.SETTINGS, PlainGalleries.BLIND), entries);
        LocalGallery local = LocalGallery.inMemory(Samples.SETTINGS)) {
      local.addAll(entries);
      Calibration whole = GalleryScores.measure(local, settings).calibration(settings);
      assertThat(whole.basis()).isEqualTo(Calibration.Basis.MEASURED);
      assertThat(whole.betweenScores()).isEqualTo(132);
      Calibration found = GalleryScores.measure(blind, settings).calibration(settings);
      assertThat(found.betweenScores()).isEqualTo(72);
      assertThat(found.basis()).isEqualTo(Calibration.Basis.EXTRAPOLATED);
      assertThat(Calibration.parse(found.toText())).isEqualTo(found);
    }
  }

  /// Nothing tells how images of two labels of sixty score against the other one, and nothing is
  /// made up.
  @Test
  void whatACappedSearchCannotSeeDoesNotCount() {
    List<NewEntry> entries = Samples.clusters(2, 60, 8);
    try (Gallery weak =
        PlainGalleries.fill(new PlainGallery(Samples.SETTINGS, PlainGalleries.BLIND), entries)) {
      Calibration found = new Calibrator().calibrate(weak);
      assertThat(found.basis()).isEqualTo(Calibration.Basis.USUAL);
      assertThat(found.betweenScores()).isZero();
      assertThat(found.withinScores()).isEqualTo(120);
      assertThat(new Decider(weak).decide(entries.getFirst().vector()).label()).contains("l0");
    }
  }

  @Test
  void aPredicateIsRefusedWithWhatIsKnown() {
    try (Gallery weak = new PlainGallery(Samples.SETTINGS, PlainGalleries.WEAK)) {
      Decider decider = new Decider(weak);
      Filter filter = Filter.label("mug").and(Filter.matching(entry -> true));
      assertThatExceptionOfType(GalleryException.class)
          .isThrownBy(() -> decider.decide(new float[Samples.DIMENSION], filter))
          .withMessage(
              "this gallery can't evaluate the filter label = mug and <Java predicate>: it knows"
                  + " everything, label, attribute value, attribute present, and, or, not"
                  + " predicate; a predicate in Java can't be sent to another machine");
    }
  }

  @Test
  void changesAreSeenLaterThanWritten() {
    try (Gallery weak = new PlainGallery(Samples.SETTINGS, PlainGalleries.WEAK)) {
      NewEntry entry = Samples.clusters(1, 1, 1).getFirst();
      assertThat(weak.apply(new Change.Add(entry))).isEqualTo(new ChangeResult.Added(3));
      assertThat(weak.find(3)).as("this gallery is as weak as it says").isEmpty();
      weak.flush();
      assertThat(weak.find(3)).contains(Samples.listed(entry));
    }
  }
}
