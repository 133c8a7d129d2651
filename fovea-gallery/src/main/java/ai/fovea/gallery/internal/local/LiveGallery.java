package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Change;
import ai.fovea.gallery.ChangeResult;
import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.LabelCount;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Page;
import ai.fovea.gallery.PageRequest;
import ai.fovea.gallery.SearchRecall;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.UnknownOutcomeException;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.Texts;
import ai.fovea.gallery.internal.local.Journal.CompactionReason;
import ai.fovea.gallery.internal.local.Journal.Pending;
import ai.fovea.index.VectorIndex;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gallery, in memory or in a folder: checks changes, writes them down, does them, and waits
/// until they are as durable as the settings ask. The waiting is done by each thread for itself, so
/// that others can write meanwhile; readers wait for none of it.
///
/// Long because every call of [Gallery] is here, most of them a few lines.
public final class LiveGallery implements LocalGallery {
  private static final Logger LOG = LoggerFactory.getLogger(LiveGallery.class);

  private static final int NAMED = 20;
  private static final Guarantees GUARANTEES =
      Guarantees.STRONGEST.withAtomicity(Guarantees.Atomicity.STEP);

  private final String name;
  private final Content content;
  private final Journal journal;
  private final Closeable lock;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean closed;
  // Belongs to `writing`. Whoever closes the gallery is not told the same twice.
  private boolean unsaved;
  // Belongs to `writing`: whether the last thing that happened was that somebody asked for a
  // snapshot in vain.
  private boolean refused;
  // Of the newest change; belongs to `writing`.
  private Pending pending = Pending.NOTHING;

  /// @param name what messages call it
  /// @param lock closed at last
  LiveGallery(String name, Content content, Journal journal, Closeable lock) {
    this.name = name;
    this.content = content;
    this.journal = journal;
    this.lock = lock;
  }

  /// Creates a gallery that keeps nothing on disk.
  public static LiveGallery inMemory(GallerySettings settings) {
    return new LiveGallery(
        "the gallery",
        new Content(settings, Instant.now().truncatedTo(ChronoUnit.SECONDS)),
        Journal.NONE,
        () -> {});
  }

  @Override
  public Guarantees guarantees() {
    return GUARANTEES;
  }

  @Override
  public List<ChangeResult> apply(List<Change> changes) {
    content();
    requireWritable();
    return ChangeSteps.apply(this, changes);
  }

  @Override
  public GalleryInfo info() {
    return content().info();
  }

  @Override
  public boolean isReadOnly() {
    return journal.isReadOnly();
  }

  @Override
  public List<Long> addAll(List<NewEntry> entries) {
    return write(() -> {
      LoggedChange.Add add =
          Additions.check(
              entries, content.settings(), content.catalog()::contains, content.nextId());
      if (add.ids().length > 0) {
        commit(add);
      }
      return Arrays.stream(add.ids()).boxed().toList();
    });
  }

  @Override
  public void update(long id, float[] vector) {
    write(() -> {
      content.catalog().label(id);
      commit(new LoggedChange.Update(id, content.settings().prepare(vector)));
      return id;
    });
  }

  @Override
  public Entry change(long id, UnaryOperator<Entry> edit) {
    return write(() -> {
      Entry before = content.catalog().entry(id);
      Entry edited = edit.apply(before);
      if (edited.id() != id) {
        throw new IllegalArgumentException(
            "id " + id + " can't become " + edited.id() + ": remove the image and add it again");
      }
      // A label that old files hold in another form is not renamed by the way.
      Entry after =
          edited.label().equals(before.label()) ? edited : edited.withLabel(edited.label());
      Details details =
          new Details(
              after.source(),
              new TreeMap<>(after.attributes()),
              content.catalog().details(id).thumbnail());
      List<String> wrong = after.problems();
      if (!wrong.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", wrong));
      }
      commit(new LoggedChange.Edit(id, new LoggedChange.Image(after.label(), details)));
      return content.catalog().entry(id);
    });
  }

  @Override
  public Entry replace(long id, NewEntry entry) {
    return write(() -> {
      content.catalog().label(id);
      if (entry.id().isPresent() && entry.id().getAsLong() != id) {
        throw new IllegalArgumentException(
            "image " + id + " can't get the id " + entry.id().getAsLong());
      }
      LoggedChange.Add checked =
          Additions.check(
              List.of(entry.withId(id)), content.settings(), _ -> false, content.nextId());
      commit(new LoggedChange.Replace(id, checked.images().getFirst(), checked.vectors()[0]));
      return content.catalog().entry(id);
    });
  }

  @Override
  public void removeAll(List<Long> ids) {
    write(() -> {
      long[] sorted = ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
      if (sorted.length != ids.size()) {
        throw new IllegalArgumentException("an id is to be removed twice");
      }
      for (long id : sorted) {
        content.catalog().label(id);
      }
      if (sorted.length > 0) {
        commit(new LoggedChange.Remove(sorted));
      }
      return ids;
    });
  }

  @Override
  public int removeLabel(String label) {
    return write(() -> {
      long[] ids = content.catalog().ids(content.catalog().known(label));
      commit(new LoggedChange.Remove(ids));
      return ids.length;
    });
  }

  @Override
  public void renameLabel(String label, String name) {
    write(() -> {
      String from = content.catalog().known(label);
      String to = Texts.label(name);
      int images = content.catalog().count(from);
      Texts.require("the new label", to);
      if (content.catalog().hasLabel(to)) {
        throw new IllegalArgumentException(
            "label '"
                + to
                + "' is in use: renaming '"
                + from
                + "' would mix the images of two labels; merge them if that is meant");
      }
      commit(new LoggedChange.Relabel(List.of(from), to));
      return images;
    });
  }

  @Override
  public int mergeLabels(List<String> labels, String name) {
    return write(() -> {
      Catalog catalog = content.catalog();
      List<String> from = labels.stream().map(catalog::known).distinct().toList();
      String to = Texts.label(name);
      int images = 0;
      for (String label : from) {
        int count = content.catalog().count(label);
        images += label.equals(to) ? 0 : count;
      }
      Texts.require("the new label", to);
      if (images > 0) {
        commit(new LoggedChange.Relabel(from, to));
      }
      return images;
    });
  }

  @Override
  public Optional<Entry> find(long id) {
    return Optional.ofNullable(content().catalog().find(id));
  }

  @Override
  public Map<Long, Entry> findAll(Collection<Long> ids) {
    Catalog catalog = content().catalog();
    return present(ids, catalog::find);
  }

  @Override
  public float[] vector(long id) {
    return content().index().vector(id);
  }

  @Override
  public Map<Long, float[]> vectors(Collection<Long> ids) {
    VectorIndex index = content().index();
    return present(
        ids,
        id -> {
          try {
            return index.vector(id);
          } catch (NoSuchElementException e) {
            return null;
          }
        });
  }

  @Override
  public Map<Long, byte[]> thumbnails(Collection<Long> ids) {
    Catalog catalog = content().catalog();
    return present(
        ids,
        id -> {
          Details details = catalog.findDetails(id);
          return details == null || details.thumbnail().length == 0
              ? null
              : details.thumbnail().clone();
        });
  }

  private static <T> Map<Long, T> present(
      Collection<Long> ids, LongFunction<? extends @Nullable T> find) {
    Map<Long, T> found = new LinkedHashMap<>();
    for (long id : ids) {
      T item = find.apply(id);
      if (item != null) {
        found.put(id, item);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  @Override
  public Page<Entry> entries(Filter filter, PageRequest page) {
    long after = page.cursor().map(LiveGallery::idOf).orElse(-1L);
    // One more tells whether there are any behind them.
    int max = Math.min(page.size(), Integer.MAX_VALUE - 1);
    List<Entry> found = content().catalog().entries(filter, after, max + 1);
    return found.size() <= max
        ? new Page<>(found, Optional.empty())
        : new Page<>(found.subList(0, max), Optional.of(Long.toString(found.get(max - 1).id())));
  }

  private static long idOf(String cursor) {
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the cursor '" + cursor + "' is not one of this gallery's pages", e);
    }
  }

  @Override
  public Stream<Entry> entries(Filter filter) {
    return content().catalog().entries(filter, -1, Integer.MAX_VALUE).stream();
  }

  @Override
  public Page<LabelCount> labels(PageRequest page) {
    SortedMap<String, Integer> all = labels();
    SortedMap<String, Integer> behind =
        page.cursor().map(last -> all.tailMap(last + '\0')).orElse(all);
    List<LabelCount> labels =
        behind.entrySet().stream()
            .limit(page.size())
            .map(label -> new LabelCount(label.getKey(), label.getValue()))
            .toList();
    return new Page<>(
        labels,
        labels.size() < behind.size() ? Optional.of(labels.getLast().label()) : Optional.empty());
  }

  @Override
  public SortedMap<String, Integer> labels() {
    return content().catalog().countsByName();
  }

  @Override
  public List<List<Entry>> duplicates(float score) {
    return NearDuplicates.alike(content(), score);
  }

  @Override
  public List<List<Candidate>> searchAll(float[][] queries, SearchRequest request) {
    return content().search(queries, request);
  }

  @Override
  public SearchRecall recall(int images, int k, long seed) {
    if (images < 1) {
      throw new IllegalArgumentException("images is " + images + ", expected 1 or greater");
    }
    return SearchRecall.measure(content().index(), images, k, seed);
  }

  @Override
  public void flush() {
    content();
    io(
        "write",
        () -> {
          writing.lock();
          try {
            journal.flush();
          } finally {
            writing.unlock();
          }
        });
  }

  @Override
  public void compact() {
    content();
    io(
        "write",
        () -> {
          writing.lock();
          try {
            if (!journal.isReadOnly()) {
              content().index().relink();
            }
            unsaved = true; // unless it succeeds
            refused = true;
            journal.compact(CompactionReason.ASKED);
            unsaved = false;
            refused = false;
          } finally {
            writing.unlock();
          }
        });
  }

  @Override
  public void verify() {
    content();
    io(
        "read",
        () -> {
          writing.lock();
          try {
            journal.verify();
          } finally {
            writing.unlock();
          }
        });
    long[] lost = content().index().unreachable();
    if (lost.length > 0) {
      throw new GalleryException(
          name
              + ": "
              + lost.length
              + " images can't be reached by a search, with the ids "
              + Arrays.stream(lost)
                  .limit(NAMED)
                  .mapToObj(Long::toString)
                  .collect(Collectors.joining(", "))
              + (lost.length > NAMED ? ", ..." : "")
              + ": compact the gallery, which links them anew");
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      io(
          "close",
          () -> {
            try {
              journal.flush();
              // Also after one that failed beside a change: the disk may be free again.
              if (!refused) {
                compactQuietly(CompactionReason.CLOSING);
              }
            } finally {
              try {
                journal.close();
              } finally {
                content.close();
                lock.close();
              }
            }
          });
    } finally {
      writing.unlock();
    }
  }

  private <T> T write(Supplier<T> work) {
    T result;
    Pending mine;
    writing.lock();
    try {
      content();
      requireWritable();
      pending = Pending.NOTHING;
      result = work.get();
      mine = pending;
    } finally {
      writing.unlock();
    }
    try {
      mine.await();
    } catch (IOException e) {
      throw new UnknownOutcomeException(
          name
              + ": the change is visible, but could not be forced to disk, so it is unknown whether"
              + " it lasts ("
              + e.getMessage()
              + "): close the gallery, open it again and look before you repeat it",
          e);
    }
    return result;
  }

  /// Does what was checked.
  private void commit(LoggedChange change) {
    io("write", () -> pending = journal.append(change));
    boolean done = false;
    try {
      content.apply(change);
      done = true;
    } finally {
      if (!done) {
        journal.fail(new IllegalStateException("a change was written down, but not done"));
      }
    }
    compactQuietly(CompactionReason.CHANGE);
  }

  /// A snapshot that can't be written now is no reason to fail: everything is in the log.
  private void compactQuietly(CompactionReason occasion) {
    refused = false;
    try {
      journal.compact(occasion);
      unsaved = false;
    } catch (IOException | DamagedGalleryException e) {
      if (!unsaved) {
        LOG.warn(
            "{}: all changes are kept in its log, but its snapshot could not be written ({});"
                + " `fovea gallery compact` writes it once that is mended",
            name,
            e.getMessage());
      }
      unsaved = true;
      LOG.debug("{}: no snapshot could be written", name, e);
    }
  }

  @Override
  public void requireWritable() {
    if (journal.isReadOnly()) {
      throw new GalleryException(name + " was opened read-only: open it for writing to change it");
    }
  }

  private Content content() {
    if (closed) {
      throw new IllegalStateException(name + " was closed");
    }
    return content;
  }

  /// Something that may fail in the file system.
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void io(String what, Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new GalleryException("can't " + what + " " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void setCalibration(Calibration calibration) {
    write(() -> {
      commit(new LoggedChange.Calibrate(Optional.of(calibration)));
      return calibration;
    });
  }

  @Override
  public void removeCalibration() {
    write(() -> {
      boolean there = content.calibration().isPresent();
      if (there) {
        commit(new LoggedChange.Calibrate(Optional.empty()));
      }
      return there;
    });
  }
}
