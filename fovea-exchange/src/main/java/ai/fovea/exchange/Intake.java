package ai.fovea.exchange;

import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.index.IndexSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Adds pictures from elsewhere to a gallery: all of them, or where anything is wrong none. They are gone through twice, first
/// to check, so that they need not all be in memory.
final class Intake {
  private static final int BATCH = 4096;

  /// Pictures that can be gone through more than once.
  interface Pictures {
    /// Hands on each picture, and each problem, in order.
    void each(Sink to) throws IOException;
  }

  /// Takes pictures.
  interface Sink {
    /// A picture, and where it stands, for people.
    void picture(String where, NewEntry picture);

    /// What is no picture.
    void problem(String where, String what);
  }

  private final Gallery to;
  private final Findings findings;
  private final Set<Long> ids = new HashSet<>();
  private final List<NewEntry> batch = new ArrayList<>();
  private final List<String> places = new ArrayList<>();

  private Intake(String file, Gallery to) {
    this.to = to;
    this.findings = new Findings(file);
  }

  /// Adds all `pictures` of `file` and returns how many there were.
  ///
  /// @throws ExchangeException with all that is wrong, and nothing was added
  static int add(String file, Pictures pictures, Gallery to) throws IOException {
    Intake intake = new Intake(file, to);
    intake.check(pictures);
    return intake.add(pictures);
  }

  private void check(Pictures pictures) throws IOException {
    // A gallery of the same settings refuses what this one would; with the index that is filled
    // fastest.
    try (Gallery trial = Gallery.inMemory(to.info().settings().withIndex(IndexSettings.FLAT))) {
      pictures.each(
          new Sink() {
            @Override
            public void picture(String where, NewEntry picture) {
              if (picture.id().isPresent()) {
                long id = picture.id().getAsLong();
                if (!ids.add(id)) {
                  findings.add(where + ": id " + id + " comes twice");
                  return;
                }
                if (to.find(id).isPresent()) {
                  findings.add(where + ": id " + id + " is in use in the gallery");
                  return;
                }
              }
              batch.add(picture);
              places.add(where);
              if (batch.size() == BATCH) {
                tryOut(trial);
              }
            }

            @Override
            public void problem(String where, String what) {
              findings.add(where + ": " + what);
            }
          });
      tryOut(trial);
    }
    findings.throwIfAny();
  }

  private void tryOut(Gallery trial) {
    try {
      trial.removeAll(trial.addAll(batch));
    } catch (RejectedEntriesException e) {
      e.problems().forEach(p -> findings.add(places.get(p.position()) + ": " + p.what()));
    }
    batch.clear();
    places.clear();
  }

  private int add(Pictures pictures) throws IOException {
    int[] count = new int[1];
    pictures.each(
        new Sink() {
          @Override
          public void picture(String where, NewEntry picture) {
            count[0]++;
            batch.add(picture);
            if (batch.size() == BATCH) {
              to.addAll(batch);
              batch.clear();
            }
          }

          @Override
          public void problem(String where, String what) {
            throw new IllegalStateException(where + " has changed while it was read: " + what);
          }
        });
    to.addAll(batch);
    return count[0];
  }
}
