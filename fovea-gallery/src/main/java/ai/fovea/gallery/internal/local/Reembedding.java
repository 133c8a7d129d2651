package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.gallery.RejectedEntriesException.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// The images of one gallery with the vectors of another model.
final class Reembedding {
  private static final int BATCH = 256;

  private Reembedding() {}

  /// Asks for every image's new vector.
  ///
  /// @throws RejectedEntriesException with all vectors that can't be stored
  static Content of(
      Content before, GallerySettings settings, Function<? super Entry, float[]> vectors) {
    Content after = new Content(settings, before.created());
    boolean done = false;
    try {
      List<Problem> problems = new ArrayList<>();
      long[] ids = before.catalog().ids();
      for (int from = 0; from < ids.length; from += BATCH) {
        long[] batch = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + BATCH));
        LoggedChange.Add add =
            new LoggedChange.Add(batch, new ArrayList<>(batch.length), new float[batch.length][]);
        for (int i = 0; i < batch.length; i++) {
          Entry entry = before.catalog().entry(batch[i]);
          add.images()
              .add(new LoggedChange.Image(entry.label(), before.catalog().details(batch[i])));
          add.vectors()[i] = vector(settings, from + i, entry, vectors.apply(entry), problems);
        }
        if (problems.isEmpty()) {
          after.apply(add);
        }
      }
      if (!problems.isEmpty()) {
        throw new RejectedEntriesException(problems);
      }
      after.reserveIds(before.nextId());
      done = true;
      return after;
    } finally {
      if (!done) {
        after.close();
      }
    }
  }

  private static float[] vector(
      GallerySettings settings, int position, Entry entry, float[] vector, List<Problem> problems) {
    try {
      return settings.prepare(vector);
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem(
              position, entry.source().orElse(entry.label()), String.valueOf(e.getMessage())));
    }
    return vector;
  }
}
