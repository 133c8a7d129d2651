package ai.fovea.gallery.testkit;

import ai.fovea.gallery.Change;
import ai.fovea.gallery.Filter.Kind;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.Guarantees.Atomicity;
import ai.fovea.gallery.NewEntry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/// What the tests promise of a [PlainGallery].
final class PlainGalleries {
  /// Hardly anything: no batches, changes that are seen later, small pages, neither predicates nor
  /// negation.
  static final Guarantees WEAK =
      Guarantees.STRONGEST
          .withAtomicity(Atomicity.ITEM)
          .withVisibility(Duration.ofMillis(200), false)
          .withLimits(7, 40, 5)
          .withFilters(EnumSet.complementOf(EnumSet.of(Kind.PREDICATE, Kind.NOT)));

  /// The same without any filter, so that a search sees nothing behind its forty results.
  static final Guarantees BLIND = WEAK.withFilters(EnumSet.of(Kind.EVERYTHING));

  /// Everything, but one item, one result and one change at once.
  static final Guarantees ONE_BY_ONE = Guarantees.STRONGEST.withLimits(1, 1, 1);

  private PlainGalleries() {}

  /// Adds images, in batches as large as promised, and flushes.
  static <G extends Gallery> G fill(G gallery, List<NewEntry> entries) {
    int most = gallery.guarantees().maxBatch();
    for (int from = 0; from < entries.size(); from += most) {
      int end = (int) Math.min(entries.size(), (long) from + most);
      gallery
          .apply(entries.subList(from, end).stream().<Change>map(Change.Add::new).toList())
          .forEach(result -> result.orElseThrow());
    }
    gallery.flush();
    return gallery;
  }
}
