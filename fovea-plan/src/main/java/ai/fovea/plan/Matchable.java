package ai.fovea.plan;

import ai.fovea.data.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The base of recall and mAP: queries that have an image of their label in the gallery. The others can't be found and do not
/// count.
///
/// @param queries how many queries there are
/// @param counted how many of them have a match
public record Matchable(int queries, int counted) {
  /// Counts by labels; where all samples have a third field, images with the label and the id of the query are no match.
  public static Matchable of(List<Sample> queries, List<Sample> gallery) {
    boolean ids =
        queries.stream().allMatch(s -> s.uniqueId().isPresent())
            && gallery.stream().allMatch(s -> s.uniqueId().isPresent());
    Map<Long, Integer> all = new HashMap<>();
    Map<List<Long>, Integer> own = new HashMap<>();
    for (Sample s : gallery) {
      all.merge(s.label(), 1, Integer::sum);
      own.merge(List.of(s.label(), s.uniqueId().orElse(0)), 1, Integer::sum);
    }
    long counted =
        queries.stream()
            .filter(q ->
                all.getOrDefault(q.label(), 0)
                    > (ids ? own.getOrDefault(List.of(q.label(), q.uniqueId().orElse(0)), 0) : 0))
            .count();
    return new Matchable(queries.size(), (int) counted);
  }

  /// Whether there is nothing to measure.
  public boolean isEmpty() {
    return counted == 0;
  }

  /// A sentence where not every query counts.
  public Optional<String> note() {
    if (counted == queries) {
      return Optional.empty();
    }
    return Optional.of(
        isEmpty()
            ? "none of the "
                + queries
                + " queries has an image of its label in the gallery: there is nothing to measure;"
                + " do both lists use the same labels?"
            : counted
                + " of "
                + queries
                + " queries have an image of their label in the gallery; the others do not count");
  }
}
