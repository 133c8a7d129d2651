package ai.fovea.gallery.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.SearchRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The suites tell when a gallery does not keep what it promises.
class BrokenPromisesTest {
  private static GalleryReaderContract reading(Function<GallerySettings, PlainGallery> make) {
    return new GalleryReaderContract() {
      @Override
      protected GalleryReader reader(GallerySettings settings, List<NewEntry> entries) {
        return PlainGalleries.fill(make.apply(settings), entries);
      }
    };
  }

  private static GalleryWriterContract writing(Function<GallerySettings, PlainGallery> make) {
    return new GalleryWriterContract() {
      @Override
      protected Gallery gallery(GallerySettings settings) {
        return make.apply(settings);
      }
    };
  }

  /// Promises one thing and does another.
  private static PlainGallery lying(
      GallerySettings settings, Guarantees promised, Guarantees kept) {
    return new PlainGallery(settings, kept) {
      @Override
      public Guarantees guarantees() {
        return promised;
      }
    };
  }

  private static void assertFails(ThrowingCallable test) {
    assertThatThrownBy(test).isInstanceOf(AssertionError.class);
  }

  @Test
  void pagesThatAreLargerThanPromised() {
    Guarantees promised = Guarantees.STRONGEST.withLimits(7, 100, 100);
    GalleryReaderContract contract =
        reading(settings -> lying(settings, promised, Guarantees.STRONGEST));
    assertFails(contract::pagesAreOrderedWholeAndNoLargerThanPromised);
    assertFails(contract::lookUpsLeaveOutWhatIsNotThereAndRefuseTooMany);
    assertFails(contract::itRefusesMoreResultsThanItPromises);
  }

  @Test
  void filtersThatAreIgnored() {
    GalleryReaderContract contract =
        reading(settings ->
            new PlainGallery(settings, Guarantees.STRONGEST) {
              @Override
              public List<List<Candidate>> searchAll(float[][] queries, SearchRequest request) {
                return super.searchAll(queries, request.where(Filter.everything()));
              }
            });
    assertFails(contract::itEvaluatesTheFiltersThatItPromises);
  }

  @Test
  void filtersThatAreEvaluatedThoughNotPromised() {
    GalleryReaderContract contract =
        reading(settings -> lying(settings, PlainGalleries.WEAK, Guarantees.STRONGEST));
    assertFails(contract::itRefusesTheFiltersThatItDoesNotPromise);
  }

  @Test
  void batchesThatAreDoneItemByItem() {
    GalleryWriterContract contract =
        writing(settings ->
            new PlainGallery(settings, Guarantees.STRONGEST) {
              @Override
              boolean itemByItem() {
                return true;
              }
            });
    assertFails(contract::aBatchIsDoneAsFarTogetherAsIsPromised);
    assertFails(contract::aMixedBatchEndsWhereItFailsAsIsPromised);
    assertFails(contract::theSameImageIsNotRemovedTwiceInABatch);
  }

  @Test
  void changesThatAreSeenLaterThanPromised() {
    Guarantees kept = Guarantees.STRONGEST.withVisibility(Duration.ofMinutes(10), true);
    GalleryWriterContract contract =
        writing(settings -> lying(settings, Guarantees.STRONGEST, kept));
    assertFails(contract::changesBecomeVisibleWhenPromised);
    assertFails(contract::imagesAndLabelsAreRemoved);
  }

  @Test
  void batchesThatAreTakenThoughTooLarge() {
    GalleryWriterContract contract =
        writing(settings ->
            lying(settings, Guarantees.STRONGEST.withLimits(100, 100, 5), Guarantees.STRONGEST));
    assertFails(contract::aBatchThatIsLargerThanPromisedIsRefusedAsAWhole);
  }
}
