package ai.fovea.gallery;

import ai.fovea.gallery.RejectedEntriesException.Problem;
import ai.fovea.index.VectorCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/// Pictures that were checked and may be added.
final class Additions {
  static final int MOST_ATTRIBUTES = 64;

  private final List<Long> ids;
  private final float[][] vectors;
  private final long nextId;

  private Additions(List<Long> ids, float[][] vectors, long nextId) {
    this.ids = ids;
    this.vectors = vectors;
    this.nextId = nextId;
  }

  /// The id of each picture: the caller's, or the next free one after all that were ever used.
  List<Long> ids() {
    return ids;
  }

  /// The vectors as they are stored, `[N][D]`.
  float[][] vectors() {
    return vectors;
  }

  /// The next free id afterwards.
  long nextId() {
    return nextId;
  }

  /// Checks all of `entries`.
  ///
  /// @param taken whether an id is in use
  /// @throws RejectedEntriesException with everything that is wrong with any of them
  static Additions check(
      List<NewEntry> entries, GallerySettings settings, LongPredicate taken, long nextId) {
    List<Problem> problems = new ArrayList<>();
    float[][] vectors = new float[entries.size()][];
    Map<Long, Integer> seen = new HashMap<>();
    long next = nextId;
    for (int i = 0; i < entries.size(); i++) {
      NewEntry entry = entries.get(i);
      List<String> wrong = texts(entry);
      vectors[i] = entry.vector();
      Optional<String> unfit = VectorCheck.problem(entry.vector(), settings.dimension());
      if (unfit.isPresent()) {
        wrong.add("the vector " + unfit.get());
      } else {
        try {
          vectors[i] = settings.similarity().prepare(entry.vector());
        } catch (IllegalArgumentException e) {
          wrong.add("the vector " + e.getMessage());
        }
      }
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
    List<Long> ids = new ArrayList<>(entries.size());
    for (NewEntry entry : entries) {
      if (entry.id().isEmpty() && next == Long.MAX_VALUE) {
        throw new GalleryException(
            "the gallery has no id left after the greatest one: give ids of your own");
      }
      ids.add(entry.id().isPresent() ? entry.id().getAsLong() : next++);
    }
    return new Additions(List.copyOf(ids), vectors, next);
  }

  private static List<String> texts(NewEntry entry) {
    List<String> wrong = new ArrayList<>();
    Text.check("the label", entry.label()).ifPresent(wrong::add);
    entry.source().flatMap(source -> Text.check("the source", source)).ifPresent(wrong::add);
    if (entry.attributes().size() > MOST_ATTRIBUTES) {
      wrong.add(
          "there are "
              + entry.attributes().size()
              + " attributes, expected at most "
              + MOST_ATTRIBUTES);
    }
    entry
        .attributes()
        .forEach((key, value) -> {
          Text.check("an attribute's key", key).ifPresent(wrong::add);
          if (!value.isEmpty()) {
            Text.check("attribute " + key, value).ifPresent(wrong::add);
          }
        });
    return wrong;
  }
}
