package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.gallery.RejectedEntriesException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/// Finds out whether images may be added.
final class Additions {
  private Additions() {}

  /// Checks all of `entries`; what comes back has for each the caller's id, or the next free one
  /// after all that were ever used, and its vector as it is stored.
  ///
  /// @param taken whether an id is in use
  /// @throws RejectedEntriesException with everything that is wrong with any of them
  static LoggedChange.Add check(
      List<NewEntry> entries, GallerySettings settings, LongPredicate taken, long nextId) {
    List<Problem> problems = new ArrayList<>();
    float[][] vectors = new float[entries.size()][];
    Map<Long, Integer> seen = new HashMap<>();
    long next = nextId;
    for (int i = 0; i < entries.size(); i++) {
      NewEntry entry = entries.get(i);
      List<String> wrong = entry.problems(settings);
      // Where something is wrong, nothing is stored.
      vectors[i] = wrong.isEmpty() ? settings.prepare(entry.vector()) : entry.vector();
      if (entry.id().isPresent()) {
        long id = entry.id().getAsLong();
        if (id < 0 || id == Long.MAX_VALUE) {
          wrong.add("id " + id + ": expected 0 to " + (Long.MAX_VALUE - 1));
        } else {
          Integer earlier = seen.putIfAbsent(id, i);
          if (earlier != null) {
            wrong.add("id " + id + " is that of number " + (earlier + 1) + " too");
          } else if (taken.test(id)) {
            wrong.add("id " + id + " is in use");
          }
          next = Math.max(next, id + 1);
        }
      }
      for (String what : wrong) {
        problems.add(new Problem(i, entry.source().orElse(entry.label()), what));
      }
    }
    if (!problems.isEmpty()) {
      throw new RejectedEntriesException(problems);
    }
    long[] ids = new long[entries.size()];
    List<LoggedChange.Image> images = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      NewEntry entry = entries.get(i);
      if (entry.id().isEmpty() && next == Long.MAX_VALUE) {
        throw new GalleryException(
            "the gallery has no id left after the greatest one: give ids of your own");
      }
      ids[i] = entry.id().isPresent() ? entry.id().getAsLong() : next++;
      images.add(new LoggedChange.Image(entry.label(), Details.of(entry)));
    }
    return new LoggedChange.Add(ids, images, vectors);
  }
}
