package ai.fovea.gallery;

import ai.fovea.gallery.internal.FilterText;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What an implementation of [GalleryReader] or [GalleryWriter] promises. Its tests, the contract
/// suites, read this and check exactly that.
///
/// @param filters the kinds of [Filter] that it evaluates; others it refuses ([#require(Filter)])
/// @param maxPageSize the most items of a page, and the most ids of one look-up, 1 or greater
/// @param maxResults the most results of a search, 1 or greater
/// @param maxBatch the most changes of one batch, 1 or greater
/// @param atomicity how far a batch is done as a whole
/// @param visibleWithin how long after `apply` has returned readers may still see the gallery
///     without its changes; zero where they see them at once. [GalleryWriter#flush()] ends the wait
/// @param isolated whether a search sees one state of the gallery, with all of a step of changes or
///     nothing of it
public record Guarantees(
    Set<Filter.Kind> filters,
    int maxPageSize,
    int maxResults,
    int maxBatch,
    Atomicity atomicity,
    Duration visibleWithin,
    boolean isolated) {

  /// How far a batch of changes is done as a whole.
  public enum Atomicity {
    /// Each change by itself: those that can't be done fail, and the others are done.
    ITEM,

    /// Neighbouring additions, and neighbouring removals by id, are one step, every other change is
    /// a step of its own. A step is done as a whole or not at all, and a step that fails ends the
    /// batch.
    STEP,

    /// The batch, as a whole or not at all.
    BATCH
  }

  /// Everything that can be promised: all filters, no limits, whole batches, visible at once.
  public static final Guarantees STRONGEST =
      new Guarantees(
          EnumSet.allOf(Filter.Kind.class),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Atomicity.BATCH,
          Duration.ZERO,
          true);

  /// Checks and copies.
  public Guarantees {
    filters = Collections.unmodifiableSet(EnumSet.copyOf(filters));
    if (!filters.contains(Filter.Kind.EVERYTHING)) {
      throw new IllegalArgumentException(
          "the filters are " + filters + ": expected EVERYTHING among them");
    }
    if (maxPageSize < 1 || maxResults < 1 || maxBatch < 1) {
      throw new IllegalArgumentException(
          "at most "
              + maxPageSize
              + " items, "
              + maxResults
              + " results, "
              + maxBatch
              + " changes: expected 1 or more of each");
    }
    if (visibleWithin.isNegative()) {
      throw new IllegalArgumentException("visible within " + visibleWithin + ": expected a time");
    }
  }

  /// Returns the same with other filters.
  public Guarantees withFilters(Set<Filter.Kind> kinds) {
    return new Guarantees(
        kinds, maxPageSize, maxResults, maxBatch, atomicity, visibleWithin, isolated);
  }

  /// Returns the same with other limits.
  public Guarantees withLimits(int pageSize, int results, int batch) {
    return new Guarantees(filters, pageSize, results, batch, atomicity, visibleWithin, isolated);
  }

  /// Returns the same with another atomicity.
  public Guarantees withAtomicity(Atomicity other) {
    return new Guarantees(
        filters, maxPageSize, maxResults, maxBatch, other, visibleWithin, isolated);
  }

  /// Returns the same with changes that become visible later.
  public Guarantees withVisibility(Duration within, boolean isolation) {
    return new Guarantees(filters, maxPageSize, maxResults, maxBatch, atomicity, within, isolation);
  }

  /// Returns whether every part of `filter` is evaluated.
  public boolean supports(Filter filter) {
    return filters.containsAll(filter.kinds());
  }

  /// Refuses a filter that is not evaluated.
  ///
  /// @throws GalleryException naming the parts that are not, and what is
  public void require(Filter filter) {
    if (!supports(filter)) {
      Set<Filter.Kind> missing = EnumSet.copyOf(filter.kinds());
      missing.removeAll(filters);
      throw new GalleryException(
          "this gallery can't evaluate the filter "
              + FilterText.describe(filter)
              + ": it knows "
              + names(filters)
              + ", not "
              + names(missing)
              + (missing.contains(Filter.Kind.PREDICATE)
                  ? "; a predicate in Java can't be sent to another machine"
                  : ""));
    }
  }

  /// Refuses a batch, a page of ids or a number of results that is too large.
  ///
  /// @param what what there is too much of, for instance `ids`
  /// @throws IllegalArgumentException where `number` is greater than `max`
  public static void requireAtMost(String what, int number, int max) {
    if (number > max) {
      throw new IllegalArgumentException(
          number + " " + what + " at once: this gallery takes at most " + max);
    }
  }

  private static String names(Set<Filter.Kind> kinds) {
    return kinds.stream()
        .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(", "));
  }
}
