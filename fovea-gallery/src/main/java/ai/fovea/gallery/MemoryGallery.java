package ai.fovea.gallery;

import ai.fovea.index.FlatIndex;
import ai.fovea.index.Hit;
import ai.fovea.index.VectorIndex;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// A gallery in memory, and the inside of one in a folder.
///
/// Searches take no lock. Additions can't disturb them (a picture is there before its vector can be found); for removals
/// there is a counter, odd while one is under way: a search during which it moved is made again, at last under the lock.
/// Everything else takes this object's monitor.
final class MemoryGallery implements Gallery {
  private static final int ATTEMPTS = 3;

  private final GallerySettings settings;
  private final Instant created;
  private final VectorIndex index;
  private final LabelTable labels = new LabelTable();
  private final ConcurrentNavigableMap<Long, Item> items = new ConcurrentSkipListMap<>();
  private final AtomicLong removals = new AtomicLong();
  private volatile Optional<Calibration> calibration = Optional.empty();
  private long nextId;

  /// What is known of a picture, its label as a number.
  record Item(int label, Optional<String> source, Map<String, String> attributes) {}

  MemoryGallery(GallerySettings settings) {
    this(settings, Instant.now().truncatedTo(ChronoUnit.SECONDS), 0);
  }

  MemoryGallery(GallerySettings settings, Instant created, long nextId) {
    this.settings = settings;
    this.created = created;
    this.nextId = nextId;
    this.index = new FlatIndex(settings.dimension(), settings.similarity().metric());
  }

  @Override
  public synchronized GalleryInfo info() {
    return new GalleryInfo(
        Manifest.VERSION, settings, index.size(), labels.size(), created, calibration);
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  /// The id that the next picture without one of the caller's gets.
  synchronized long nextId() {
    return nextId;
  }

  @Override
  public synchronized List<Long> addAll(List<NewEntry> entries) {
    index.size();
    Additions additions = Additions.check(entries, settings, items::containsKey, nextId);
    store(additions.ids(), additions.vectors(), entries);
    nextId = additions.nextId();
    return additions.ids().stream().toList();
  }

  /// Adds what was checked before: `vectors` are stored as they are.
  synchronized void store(List<Long> ids, float[][] vectors, List<NewEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      NewEntry entry = entries.get(i);
      items.put(
          ids.get(i), new Item(labels.take(entry.label()), entry.source(), entry.attributes()));
    }
    boolean added = false;
    try {
      index.addAll(ids.stream().mapToLong(Long::longValue).toArray(), vectors);
      added = true;
    } finally {
      if (!added) {
        ids.forEach(this::forget);
      }
    }
  }

  @Override
  public synchronized void remove(long id) {
    if (!items.containsKey(id)) {
      throw new NoSuchElementException("no picture has the id " + id);
    }
    removeAll(List.of(id));
  }

  @Override
  public synchronized int removeLabel(String label) {
    List<Long> ids = ids(number(label));
    removeAll(ids);
    return ids.size();
  }

  @Override
  public synchronized void renameLabel(String from, String to) {
    int number = number(from);
    Text.require("the new label", to);
    if (labels.number(to).isPresent()) {
      throw new IllegalArgumentException(
          "label '"
              + to
              + "' is in use: renaming '"
              + from
              + "' would mix the pictures of two labels");
    }
    labels.rename(number, to);
    calibration = calibration.map(c -> c.withLabelRenamed(from, to));
  }

  @Override
  public synchronized Optional<Entry> find(long id) {
    index.size();
    return Optional.ofNullable(items.get(id)).map(item -> entry(id, item, labels.names()));
  }

  @Override
  public synchronized float[] vector(long id) {
    return index.vector(id);
  }

  @Override
  public synchronized List<Entry> entries() {
    index.size();
    List<Entry> all = new ArrayList<>(items.size());
    items.forEach((id, item) -> all.add(entry(id, item, labels.names())));
    return List.copyOf(all);
  }

  @Override
  public synchronized List<Entry> entries(String label) {
    return ids(number(label)).stream().map(id -> find(id).orElseThrow()).toList();
  }

  @Override
  public synchronized SortedMap<String, Integer> labels() {
    index.size();
    return labels.countsByName();
  }

  @Override
  public List<List<Candidate>> searchBatch(float[][] queries, int k) {
    float[][] prepared = prepare(queries);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long before = removals.get();
      if (before % 2 == 0) {
        Optional<List<List<Candidate>>> found = candidates(index.searchBatch(prepared, k));
        // What was read above must not be read after the counter.
        VarHandle.loadLoadFence();
        if (found.isPresent() && removals.get() == before) {
          return found.get();
        }
      }
    }
    synchronized (this) {
      return candidates(index.searchBatch(prepared, k)).orElseThrow();
    }
  }

  @Override
  public Decision decide(float[] query, DecisionPolicy policy) {
    Calibration bounds =
        policy.threshold().isPresent()
            ? Calibration.given((float) policy.threshold().getAsDouble())
            : calibration();
    return policy.decide(search(query, policy.k()), bounds, settings.similarity());
  }

  @Override
  public synchronized void setCalibration(Calibration calibration) {
    index.size();
    this.calibration = Optional.of(calibration);
  }

  @Override
  public void flush() {
    index.size();
  }

  @Override
  public synchronized void close() {
    index.close();
    items.clear();
  }

  private Calibration calibration() {
    return calibration.orElseGet(() -> {
      if (settings.similarity() != Similarity.COSINE) {
        throw new GalleryException(
            "the gallery has no threshold and "
                + settings.similarity().text()
                + " has no usual one: calibrate it, or give a threshold");
      }
      return Calibration.usual();
    });
  }

  private void removeAll(List<Long> ids) {
    removals.incrementAndGet();
    try {
      index.removeAll(ids.stream().mapToLong(Long::longValue).toArray());
      ids.forEach(this::forget);
    } finally {
      removals.incrementAndGet();
    }
  }

  private void forget(long id) {
    Item item = items.remove(id);
    if (item != null) {
      labels.release(item.label());
    }
  }

  private int number(String label) {
    index.size();
    return labels
        .number(label)
        .orElseThrow(() -> new NoSuchElementException("no picture has the label '" + label + "'"));
  }

  private List<Long> ids(int label) {
    return items.entrySet().stream()
        .filter(e -> e.getValue().label() == label)
        .map(Map.Entry::getKey)
        .toList();
  }

  private float[][] prepare(float[][] queries) {
    float[][] prepared = new float[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      try {
        prepared[q] = settings.similarity().prepare(queries[q]);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            (queries.length == 1 ? "the query " : "query " + q + " ") + e.getMessage(), e);
      }
    }
    return prepared;
  }

  /// Empty where a picture was removed meanwhile.
  private Optional<List<List<Candidate>>> candidates(List<List<Hit>> hits) {
    String[] names = labels.names();
    List<List<Candidate>> all = new ArrayList<>(hits.size());
    for (List<Hit> ofQuery : hits) {
      List<Candidate> candidates = new ArrayList<>(ofQuery.size());
      for (Hit hit : ofQuery) {
        Item item = items.get(hit.id());
        if (item == null) {
          return Optional.empty();
        }
        candidates.add(new Candidate(entry(hit.id(), item, names), hit.score()));
      }
      all.add(List.copyOf(candidates));
    }
    return Optional.of(List.copyOf(all));
  }

  private static Entry entry(long id, Item item, String[] names) {
    return new Entry(id, names[item.label()], item.source(), item.attributes());
  }
}
