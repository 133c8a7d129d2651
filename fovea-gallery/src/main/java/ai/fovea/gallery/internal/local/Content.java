package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.index.Hit;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a gallery holds in memory: its images and the index over their vectors, always of the same
/// ids.
///
/// One writer at a time. Searches take no lock: an image is there before its vector can be found,
/// and one that was found while images were being changed is looked up again, at last under the
/// catalog's monitor.
final class Content implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final GallerySettings settings;
  private final Instant created;
  private final VectorIndex index;
  private final Catalog catalog = new Catalog();
  private volatile Optional<Calibration> calibration = Optional.empty();
  private volatile long nextId;

  /// Creates an empty gallery.
  Content(GallerySettings settings, Instant created) {
    this(
        settings,
        created,
        VectorIndex.create(settings.index(), settings.dimension(), settings.similarity().metric()));
  }

  /// Creates a gallery without images over an empty index.
  Content(GallerySettings settings, Instant created, VectorIndex index) {
    this.settings = settings;
    this.created = created;
    this.index = index;
  }

  /// Returns what a snapshot holds.
  ///
  /// @throws IllegalArgumentException where two labels are the same
  static Content of(GallerySettings settings, Instant created, Snapshot snapshot) {
    Content content = new Content(settings, created, snapshot.index());
    Snapshot.Images images = snapshot.images();
    content.catalog.open(images.columns(), images.labels());
    content.calibration = images.calibration();
    content.nextId = images.nextId();
    return content;
  }

  GallerySettings settings() {
    return settings;
  }

  Instant created() {
    return created;
  }

  VectorIndex index() {
    return index;
  }

  Catalog catalog() {
    return catalog;
  }

  Optional<Calibration> calibration() {
    return calibration;
  }

  /// Returns the id that the next image without one of the caller's gets.
  long nextId() {
    return nextId;
  }

  /// For a gallery whose greatest ids are gone.
  void reserveIds(long next) {
    nextId = Math.max(nextId, next);
  }

  GalleryInfo info() {
    return new GalleryInfo(
        Manifest.VERSION, settings, index.size(), catalog.labelCount(), created, calibration);
  }

  /// Does what was checked before.
  ///
  /// @throws IllegalArgumentException where it does not fit what is there
  /// @throws java.util.NoSuchElementException likewise
  void apply(LoggedChange change) {
    switch (change) {
      case LoggedChange.Add add -> add(add);
      case LoggedChange.Update update -> index.update(update.id(), update.vector());
      case LoggedChange.Edit edit -> catalog.edit(edit.id(), edit.image());
      case LoggedChange.Remove remove -> {
        index.removeAll(remove.ids());
        catalog.remove(remove.ids());
      }
      case LoggedChange.Relabel relabel -> relabel(relabel);
      case LoggedChange.Replace replace ->
          catalog.replace(
              replace.id(), replace.image(), () -> index.update(replace.id(), replace.vector()));
      case LoggedChange.Calibrate calibrate -> calibration = calibrate.calibration();
    }
  }

  private void add(LoggedChange.Add add) {
    long next = nextId;
    for (long id : add.ids()) {
      if (id < 0 || id == Long.MAX_VALUE || catalog.contains(id)) {
        throw new IllegalArgumentException("id " + id + " is in use, or none");
      }
      next = Math.max(next, id + 1);
    }
    catalog.add(add.ids(), add.images());
    boolean added = false;
    try {
      index.addAll(add.ids(), add.vectors());
      added = true;
    } finally {
      if (!added) {
        catalog.remove(add.ids());
      }
    }
    nextId = next;
  }

  private void relabel(LoggedChange.Relabel relabel) {
    boolean renamed = relabel.from().size() == 1 && !catalog.hasLabel(relabel.to());
    catalog.relabel(relabel.from(), relabel.to());
    calibration =
        calibration.map(c -> {
          if (renamed) {
            return c.withLabelRenamed(relabel.from().getFirst(), relabel.to());
          }
          // Thresholds of labels whose images are no longer the same.
          Calibration without = c.withoutLabel(relabel.to());
          for (String label : relabel.from()) {
            without = without.withoutLabel(label);
          }
          return without;
        });
  }

  /// For each query the images that are nearest, all against the same state of the gallery.
  List<List<Candidate>> search(float[][] queries, SearchRequest request) {
    float[][] prepared = prepare(queries);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long before = catalog.stamp();
      if (before % 2 == 0) {
        List<List<Candidate>> found = candidates(index.searchBatch(prepared, search(request)));
        // What was read above must not be read after the stamp.
        VarHandle.loadLoadFence();
        if (found != null && catalog.stamp() == before) {
          return found;
        }
      }
    }
    synchronized (catalog) {
      List<List<Candidate>> found = candidates(index.searchBatch(prepared, search(request)));
      if (found == null) {
        throw new IllegalStateException("the index has a vector of no image");
      }
      return found;
    }
  }

  private Search search(SearchRequest request) {
    Search search =
        Search.of(request.k())
            .withEf(request.ef())
            .withNprobe(request.nprobe())
            .withThreads(request.threads());
    // Without a condition nothing is asked where nothing is refused.
    return request.filter() instanceof Filter.Everything
        ? search
        : search.where(catalog.filter(request.filter()));
  }

  @Override
  public void close() {
    index.close();
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

  /// Null where an image was removed meanwhile.
  private @Nullable List<List<Candidate>> candidates(List<List<Hit>> hits) {
    List<List<Candidate>> all = new ArrayList<>(hits.size());
    for (List<Hit> ofQuery : hits) {
      List<Candidate> candidates = new ArrayList<>(ofQuery.size());
      for (Hit hit : ofQuery) {
        Entry entry = catalog.find(hit.id());
        if (entry == null) {
          return null;
        }
        candidates.add(new Candidate(entry, hit.score()));
      }
      all.add(List.copyOf(candidates));
    }
    return List.copyOf(all);
  }
}
