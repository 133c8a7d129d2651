package ai.fovea.cli.gallery;

import ai.fovea.config.Names;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Tells of a filter that accepts no image of a gallery: with it everything is unknown, and it is a mistake more often than not.
public final class FilterCheck {
  private FilterCheck() {}

  /// Returns a warning where the gallery has images and the filter accepts none, with what may be meant.
  public static Optional<String> warning(GalleryReader gallery, Filter filter) {
    if (filter instanceof Filter.Everything) {
      return Optional.empty();
    }
    int images = gallery.info().entries();
    if (images == 0 || gallery.entries(filter).findAny().isPresent()) {
      return Optional.empty();
    }
    Set<String> there = gallery.labels().keySet();
    List<String> absent =
        labels(filter)
            .distinct()
            .filter(label -> !there.contains(label))
            .map(label -> "no image has the label '" + label + "'" + meant(label, there))
            .toList();
    return Optional.of(
        "the filter '"
            + filter.text()
            + "' accepts none of "
            + GalleryReport.counted(images, "image")
            + (absent.isEmpty() ? "" : ": " + String.join("; ", absent)));
  }

  /// Returns "; do you mean Avocado?", or nothing where no label is like the one given.
  static String meant(String label, Set<String> there) {
    return Names.meant(label, there).map(t -> "; do you mean '" + t + "'?").orElse("");
  }

  private static Stream<String> labels(Filter filter) {
    return switch (filter) {
      case Filter.Labels l -> l.labels().stream();
      case Filter.And a -> a.filters().stream().flatMap(FilterCheck::labels);
      case Filter.Or o -> o.filters().stream().flatMap(FilterCheck::labels);
      case Filter.Not n -> labels(n.filter());
      case Filter.Everything _,
          Filter.AttributeEquals _,
          Filter.AttributePresent _,
          Filter.Matching _ ->
          Stream.empty();
    };
  }
}
