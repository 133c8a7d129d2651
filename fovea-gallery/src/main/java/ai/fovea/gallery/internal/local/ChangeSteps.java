package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.ChangeResult.Added;
import ai.fovea.gallery.ChangeResult.Done;
import ai.fovea.gallery.ChangeResult.Failed;
import ai.fovea.gallery.ChangeResult.Reason;
import ai.fovea.gallery.ChangeResult.Skipped;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.gallery.UnknownOutcomeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// Does a batch of changes by the methods of a local gallery: neighbouring additions, and
/// neighbouring removals, at once, all else one by one. Whatever fails ends the batch.
final class ChangeSteps {
  private final LocalGallery gallery;
  private final List<Change> changes;
  private final ChangeResult[] results;

  private ChangeSteps(LocalGallery gallery, List<Change> changes) {
    this.gallery = gallery;
    this.changes = changes;
    this.results = new ChangeResult[changes.size()];
    Arrays.fill(results, new Skipped());
  }

  static List<ChangeResult> apply(LocalGallery gallery, List<Change> changes) {
    ChangeSteps steps = new ChangeSteps(gallery, List.copyOf(changes));
    int at = 0;
    while (at < steps.results.length) {
      int end = steps.endOfStep(at);
      if (!steps.run(at, end)) {
        break;
      }
      at = end;
    }
    return List.of(steps.results);
  }

  private int endOfStep(int from) {
    int end = from + 1;
    while (end < changes.size() && areOneStep(changes.get(from), changes.get(end))) {
      end++;
    }
    return end;
  }

  private static boolean areOneStep(Change a, Change b) {
    return (a instanceof Change.Add && b instanceof Change.Add)
        || (a instanceof Change.Remove && b instanceof Change.Remove);
  }

  /// Returns whether the step was done.
  private boolean run(int from, int end) {
    return switch (changes.get(from)) {
      case Change.Add _ -> add(from, end);
      case Change.Remove _ -> remove(from, end);
      case Change.Replace(long id, NewEntry entry) ->
          one(
              from,
              () -> {
                gallery.replace(id, entry);
                return 1;
              });
      case Change.UpdateVector(long id, float[] vector) ->
          one(
              from,
              () -> {
                gallery.update(id, vector);
                return 1;
              });
      case Change.Describe(var entry) ->
          one(
              from,
              () -> {
                gallery.change(entry.id(), _ -> entry);
                return 1;
              });
      case Change.RemoveLabel(String label) -> one(from, () -> gallery.removeLabel(label));
      case Change.Relabel(List<String> labels, String to) ->
          one(from, () -> gallery.mergeLabels(labels, to));
      case Change.SetCalibration(var calibration) ->
          one(
              from,
              () -> {
                calibration.ifPresentOrElse(gallery::setCalibration, gallery::removeCalibration);
                return 0;
              });
    };
  }

  private boolean one(int at, IntSupplier change) {
    try {
      Optional<Failed> failed = attempt(() -> results[at] = new Done(change.getAsInt()));
      failed.ifPresent(failure -> results[at] = failure);
      return failed.isEmpty();
    } catch (RejectedEntriesException e) {
      results[at] = new Failed(Reason.INVALID, String.join("; ", whats(e)));
      return false;
    }
  }

  private static List<String> whats(RejectedEntriesException e) {
    return e.rejected().stream().map(RejectedEntriesException.Problem::what).toList();
  }

  private boolean add(int from, int end) {
    List<NewEntry> entries = step(from, end, Change.Add.class).map(Change.Add::entry).toList();
    try {
      Optional<Failed> failed =
          attempt(() -> {
            List<Long> ids = gallery.addAll(entries);
            for (int i = 0; i < ids.size(); i++) {
              results[from + i] = new Added(ids.get(i));
            }
          });
      failed.ifPresent(failure -> Arrays.fill(results, from, end, failure));
      return failed.isEmpty();
    } catch (RejectedEntriesException e) {
      Map<Integer, String> problems = new HashMap<>();
      e.rejected().forEach(p -> problems.merge(p.position(), p.what(), (a, b) -> a + "; " + b));
      problems.forEach((i, what) -> results[from + i] = new Failed(Reason.INVALID, what));
      return false;
    }
  }

  private boolean remove(int from, int end) {
    List<Long> ids = step(from, end, Change.Remove.class).map(Change.Remove::id).toList();
    Optional<Failed> failed =
        attempt(() -> {
          gallery.removeAll(ids);
          Arrays.fill(results, from, end, new Done(1));
        });
    if (failed.isPresent()) {
      switch (failed.get().reason()) {
        case STORE, UNKNOWN -> Arrays.fill(results, from, end, failed.get());
        case INVALID, NOT_FOUND -> blame(from, ids, failed.get());
      }
    }
    return failed.isEmpty();
  }

  /// Tells which of the ids could not be removed.
  private void blame(int from, List<Long> ids, Failed whole) {
    Set<Long> seen = new HashSet<>();
    Set<Long> there = new HashSet<>(gallery.findAll(ids).keySet());
    boolean told = false;
    for (int i = 0; i < ids.size(); i++) {
      long id = ids.get(i);
      boolean again = !seen.add(id);
      if (again || !there.contains(id)) {
        results[from + i] =
            again
                ? new Failed(Reason.INVALID, "image " + id + " is to be removed twice")
                : new Failed(Reason.NOT_FOUND, "no image has the id " + id);
        told = true;
      }
    }
    if (!told) {
      // Another thread has added it since.
      Arrays.fill(results, from, from + ids.size(), whole);
    }
  }

  private <C extends Change> Stream<C> step(int from, int end, Class<C> kind) {
    return changes.subList(from, end).stream().map(kind::cast);
  }

  /// Returns what is wrong, where something is. Refusals of several additions pass.
  private static Optional<Failed> attempt(Runnable change) {
    try {
      change.run();
      return Optional.empty();
    } catch (RejectedEntriesException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      return failed(Reason.INVALID, e);
    } catch (NoSuchElementException e) {
      return failed(Reason.NOT_FOUND, e);
    } catch (UnknownOutcomeException e) {
      return failed(Reason.UNKNOWN, e);
    } catch (GalleryException e) {
      return failed(Reason.STORE, e);
    }
  }

  private static Optional<Failed> failed(Reason reason, RuntimeException e) {
    return Optional.of(new Failed(reason, String.valueOf(e.getMessage())));
  }
}
