package ai.fovea.gallery.testkit;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.ChangeResult.Failed;
import ai.fovea.gallery.ChangeResult.Reason;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.Guarantees.Atomicity;
import ai.fovea.gallery.LabelCount;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Page;
import ai.fovea.gallery.PageRequest;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A gallery over a sorted map that promises what it is told to: the smallest thing that the
/// contract can be tried on, and with weak promises a stand-in for a store on other machines.
class PlainGallery implements Gallery {
  private final GallerySettings settings;
  private final Guarantees guarantees;
  // What is there, and what readers see of it until it is published.
  private State written = new State(new TreeMap<>(), Optional.empty(), 0);
  private State seen = written;
  private long publishAt = Long.MAX_VALUE;
  private boolean closed;

  /// An image as it is kept.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(Entry entry, float[] vector, Optional<byte[]> thumbnail) {}

  private record State(
      TreeMap<Long, Stored> images, Optional<Calibration> calibration, long nextId) {
    State copy() {
      return new State(new TreeMap<>(images), calibration, nextId);
    }
  }

  PlainGallery(GallerySettings settings, Guarantees guarantees) {
    this.settings = settings;
    this.guarantees = guarantees;
  }

  @Override
  public Guarantees guarantees() {
    return guarantees;
  }

  @Override
  public void requireWritable() {}

  /// What readers see now.
  private synchronized State state() {
    if (closed) {
      throw new IllegalStateException("the gallery was closed");
    }
    if (guarantees.visibleWithin().isZero() || System.nanoTime() >= publishAt) {
      seen = written;
      publishAt = Long.MAX_VALUE;
    }
    return seen;
  }

  @Override
  public synchronized void flush() {
    state();
    seen = written;
    publishAt = Long.MAX_VALUE;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public GalleryInfo info() {
    State now = state();
    int labels = (int) now.images.values().stream().map(s -> s.entry.label()).distinct().count();
    return new GalleryInfo(0, settings, now.images.size(), labels, Instant.EPOCH, now.calibration);
  }

  @Override
  public List<List<Candidate>> searchAll(float[][] queries, SearchRequest request) {
    guarantees.require(request.filter());
    Guarantees.requireAtMost("results", request.k(), guarantees.maxResults());
    State now = state();
    List<List<Candidate>> all = new ArrayList<>();
    for (float[] query : queries) {
      float[] prepared = settings.prepare(query);
      Comparator<Candidate> better =
          Comparator.comparing(
              Candidate::score,
              settings.similarity().metric().greaterIsBetter()
                  ? Comparator.reverseOrder()
                  : Comparator.naturalOrder());
      all.add(
          now.images.values().stream()
              .filter(s -> request.filter().test(s.entry))
              .map(s -> new Candidate(s.entry, score(prepared, s.vector)))
              .sorted(better)
              .limit(request.k())
              .toList());
    }
    return all;
  }

  private float score(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = (double) a[d] - b[d];
      sum +=
          settings.similarity() == Similarity.L2 ? difference * difference : (double) a[d] * b[d];
    }
    return (float) sum;
  }

  @Override
  public Map<Long, Entry> findAll(Collection<Long> ids) {
    return present(ids, s -> Optional.of(s.entry));
  }

  @Override
  public Map<Long, float[]> vectors(Collection<Long> ids) {
    return present(ids, s -> Optional.of(s.vector.clone()));
  }

  @Override
  public Map<Long, byte[]> thumbnails(Collection<Long> ids) {
    return present(ids, s -> s.thumbnail.map(byte[]::clone));
  }

  private <T> Map<Long, T> present(Collection<Long> ids, Function<Stored, Optional<T>> part) {
    Guarantees.requireAtMost("ids", ids.size(), guarantees.maxPageSize());
    State now = state();
    Map<Long, T> found = new TreeMap<>();
    for (long id : ids) {
      Stored stored = now.images.get(id);
      if (stored != null) {
        part.apply(stored).ifPresent(value -> found.put(id, value));
      }
    }
    return found;
  }

  @Override
  public Page<Entry> entries(Filter filter, PageRequest page) {
    guarantees.require(filter);
    long after = page.cursor().map(Long::parseLong).orElse(-1L);
    List<Entry> rest =
        state().images.tailMap(after, false).values().stream()
            .map(Stored::entry)
            .filter(filter::test)
            .toList();
    return page(rest, page, entry -> "" + entry.id());
  }

  @Override
  public Page<LabelCount> labels(PageRequest page) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    state().images.values().forEach(s -> counts.merge(s.entry.label(), 1, Integer::sum));
    String after = page.cursor().orElse("");
    List<LabelCount> rest =
        counts.tailMap(after, false).entrySet().stream()
            .map(label -> new LabelCount(label.getKey(), label.getValue()))
            .toList();
    return page(rest, page, LabelCount::label);
  }

  private <T> Page<T> page(List<T> rest, PageRequest page, Function<T, String> cursor) {
    List<T> items = rest.subList(0, Math.min(rest.size(), Math.min(page.size(), pageSize())));
    return new Page<>(
        items,
        items.size() < rest.size() ? Optional.of(cursor.apply(items.getLast())) : Optional.empty());
  }

  /// How many items a page has at most.
  int pageSize() {
    return guarantees.maxPageSize();
  }

  @Override
  public synchronized List<ChangeResult> apply(List<Change> changes) {
    state();
    Guarantees.requireAtMost("changes", changes.size(), guarantees.maxBatch());
    State next = written.copy();
    List<ChangeResult> results = new ArrayList<>();
    for (Change change : changes) {
      Problem[] problem = new Problem[1];
      State[] after = {next};
      ChangeResult result = new ChangeResult.Skipped();
      try {
        result = apply(change, next, after);
      } catch (Problem e) {
        problem[0] = e;
        result = new Failed(e.reason, String.valueOf(e.getMessage()));
      }
      results.add(result);
      next = after[0];
      if (problem[0] != null && guarantees.atomicity() == Atomicity.BATCH && !itemByItem()) {
        List<ChangeResult> none =
            new ArrayList<>(Collections.nCopies(changes.size(), new ChangeResult.Skipped()));
        none.set(results.size() - 1, result);
        return none;
      }
    }
    written = next;
    publishAt = Math.min(publishAt, System.nanoTime() + guarantees.visibleWithin().toNanos() / 2);
    return results;
  }

  /// Whether batches are not done as a whole in any case.
  boolean itemByItem() {
    return false;
  }

  /// Why a change can't be done.
  private static final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    Problem(Reason reason, String what) {
      super(what);
      this.reason = reason;
    }
  }

  private ChangeResult apply(Change change, State state, State[] after) {
    TreeMap<Long, Stored> images = state.images;
    return switch (change) {
      case Change.Add(NewEntry entry) -> {
        long id = entry.id().orElse(state.nextId);
        if (id < 0 || images.containsKey(id)) {
          throw new Problem(Reason.INVALID, "id " + id + " is in use, or none");
        }
        images.put(id, stored(id, entry));
        after[0] = new State(images, state.calibration, Math.max(state.nextId, id + 1));
        yield new ChangeResult.Added(id);
      }
      case Change.Replace(long id, NewEntry entry) -> {
        require(state, id);
        images.put(id, stored(id, entry));
        yield new ChangeResult.Done(1);
      }
      case Change.UpdateVector(long id, float[] vector) -> {
        Stored before = require(state, id);
        images.put(id, new Stored(before.entry, prepared(vector), before.thumbnail));
        yield new ChangeResult.Done(1);
      }
      case Change.Describe(Entry entry) -> {
        Stored before = require(state, entry.id());
        Entry composed = entry.withLabel(entry.label());
        refuse(composed.problems());
        images.put(entry.id(), new Stored(composed, before.vector, before.thumbnail));
        yield new ChangeResult.Done(1);
      }
      case Change.Remove(long id) -> {
        require(state, id);
        images.remove(id);
        yield new ChangeResult.Done(1);
      }
      case Change.RemoveLabel(String label) -> {
        Set<Long> ids = labelled(state, label);
        images.keySet().removeAll(ids);
        yield new ChangeResult.Done(ids.size());
      }
      case Change.Relabel(List<String> from, String to) -> {
        Set<Long> ids = new HashSet<>();
        from.forEach(label -> ids.addAll(labelled(state, label)));
        String composed = Normalizer.normalize(to, Normalizer.Form.NFC);
        ids.removeIf(id -> require(state, id).entry.label().equals(composed));
        for (long id : ids) {
          Stored before = require(state, id);
          Entry entry = before.entry.withLabel(to);
          refuse(entry.problems());
          images.put(id, new Stored(entry, before.vector, before.thumbnail));
        }
        yield new ChangeResult.Done(ids.size());
      }
      case Change.SetCalibration(Optional<Calibration> calibration) -> {
        after[0] = new State(images, calibration, state.nextId);
        yield new ChangeResult.Done(0);
      }
    };
  }

  private Stored stored(long id, NewEntry entry) {
    refuse(entry.problems(settings));
    return new Stored(
        new Entry(id, entry.label(), entry.source(), entry.attributes()),
        prepared(entry.vector()).clone(),
        entry.thumbnail());
  }

  private float[] prepared(float[] vector) {
    try {
      return settings.prepare(vector).clone();
    } catch (IllegalArgumentException e) {
      throw new Problem(Reason.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new Problem(Reason.INVALID, String.join("; ", problems));
    }
  }

  private static Stored require(State state, long id) {
    Stored stored = state.images.get(id);
    if (stored == null) {
      throw new Problem(Reason.NOT_FOUND, "no image has the id " + id);
    }
    return stored;
  }

  private static Set<Long> labelled(State state, String label) {
    String composed = Normalizer.normalize(label, Normalizer.Form.NFC);
    Set<Long> ids =
        state.images.values().stream()
            .map(Stored::entry)
            .filter(entry -> entry.label().equals(composed))
            .map(Entry::id)
            .collect(Collectors.toSet());
    if (ids.isEmpty()) {
      throw new Problem(Reason.NOT_FOUND, "no image has the label '" + label + "'");
    }
    return ids;
  }
}
