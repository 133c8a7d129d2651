package ai.fovea.exchange;

import ai.fovea.base.Problems;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Adds images from elsewhere to a gallery: all of them, or where anything is wrong none; or all that can be used. They are
/// gone through twice, first to check, so that they need not all be in memory.
final class GalleryImporter {
  private static final int BATCH = 4096;

  /// Images that can be gone through more than once.
  interface Images {
    /// Hands on each image, and each problem, in order.
    void each(Sink to) throws IOException;
  }

  /// Takes images.
  interface Sink {
    /// An image, and where it stands, for people.
    void image(String where, NewEntry image);

    /// What is no image.
    void problem(String where, String what);

    /// The label of an image as it is written.
    void label(String text);
  }

  private final LocalGallery to;
  private final Problems problems;
  private final Set<Long> ids = new HashSet<>();
  private final List<NewEntry> batch = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final LabelForms labels = new LabelForms();
  private final BitSet refused = new BitSet();
  private final boolean onlyUsable;
  private int passed;

  /// @param number how many images came before
  private record Place(String where, int number) {}

  private GalleryImporter(Problems problems, LocalGallery to, boolean onlyUsable) {
    this.to = to;
    this.problems = problems;
    this.onlyUsable = onlyUsable;
  }

  /// Adds all `images` of `file` and returns how many there were.
  ///
  /// @throws ExchangeException with all that is wrong, and nothing was added
  static int add(String file, Images images, LocalGallery to) throws IOException {
    GalleryImporter intake = new GalleryImporter(new Problems(), to, false);
    intake.check(images);
    intake.problems.throwIfAny(ExchangeException.of(file));
    return intake.add(images);
  }

  /// Adds those of the `images` that can be used.
  ///
  /// @param problems what was found wrong with the file before
  static Imported addUsable(Problems problems, Images images, LocalGallery to) throws IOException {
    GalleryImporter intake = new GalleryImporter(problems, to, true);
    intake.check(images);
    int added = intake.add(images);
    return new Imported(added, problems.all(), intake.labels.notes());
  }

  private void check(Images images) throws IOException {
    // A gallery of the same settings refuses what this one would; with the index that is filled
    // fastest.
    try (LocalGallery trial =
        LocalGallery.inMemory(to.info().settings().withIndex(IndexSettings.FLAT))) {
      images.each(
          new Sink() {
            @Override
            public void image(String where, NewEntry image) {
              int number = passed++;
              if (onlyUsable && isZero(image.vector())) {
                refuse(where, "the vector is all zeros", number);
                return;
              }
              if (image.id().isPresent()) {
                long id = image.id().getAsLong();
                if (!ids.add(id)) {
                  refuse(where, "id " + id + " comes twice", number);
                  return;
                }
                if (to.find(id).isPresent()) {
                  refuse(where, "id " + id + " is in use in the gallery", number);
                  return;
                }
              }
              batch.add(image);
              places.add(new Place(where, number));
              if (batch.size() == BATCH) {
                tryOut(trial);
              }
            }

            @Override
            public void problem(String where, String what) {
              problems.add(where + ": " + what);
            }

            @Override
            public void label(String text) {
              labels.seen(text);
            }
          });
      tryOut(trial);
    }
  }

  private void refuse(String where, String what, int number) {
    problems.add(where + ": " + what);
    refused.set(number);
  }

  private static boolean isZero(float[] vector) {
    for (float v : vector) {
      if (v != 0) {
        return false;
      }
    }
    return vector.length > 0;
  }

  private void tryOut(LocalGallery trial) {
    try {
      trial.removeAll(trial.addAll(batch));
    } catch (RejectedEntriesException e) {
      for (RejectedEntriesException.Problem p : e.rejected()) {
        Place place = places.get(p.position());
        refuse(place.where(), p.what(), place.number());
      }
    }
    batch.clear();
    places.clear();
  }

  private int add(Images images) throws IOException {
    int[] count = new int[1];
    passed = 0;
    images.each(
        new Sink() {
          @Override
          public void image(String where, NewEntry image) {
            if (refused.get(passed++)) {
              return;
            }
            count[0]++;
            batch.add(image);
            if (batch.size() == BATCH) {
              to.addAll(batch);
              batch.clear();
            }
          }

          @Override
          public void problem(String where, String what) {
            if (!onlyUsable) {
              throw new IllegalStateException(where + " has changed while it was read: " + what);
            }
          }

          @Override
          public void label(String text) {}
        });
    to.addAll(batch);
    return count[0];
  }
}
