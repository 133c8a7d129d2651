package ai.fovea.gallery;

import ai.fovea.gallery.Journal.Occasion;
import ai.fovea.gallery.Journal.Pending;
import ai.fovea.index.Search;
import ai.fovea.index.VectorCheck;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gallery, in memory or in a folder: checks changes, writes them down, does them, and waits until they are as certain as
/// was asked for. The waiting is done by each thread for itself, so that others can write meanwhile; readers wait for none
/// of it.
///
/// Long because every call of [Gallery] is here, most of them a few lines.
final class LiveGallery implements Gallery {
  private static final Logger LOG = LoggerFactory.getLogger(LiveGallery.class);

  private static final int NAMED = 20;

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
      Change.Add add =
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
      Optional<String> problem = VectorCheck.problem(vector, content.settings().dimension());
      if (problem.isPresent()) {
        throw new IllegalArgumentException("the vector " + problem.get());
      }
      commit(new Change.Update(id, content.settings().similarity().prepare(vector)));
      return id;
    });
  }

  @Override
  public Entry change(long id, UnaryOperator<Entry> edit) {
    return write(() -> {
      Entry after = edit.apply(content.catalog().entry(id));
      if (after.id() != id) {
        throw new IllegalArgumentException(
            "id " + id + " can't become " + after.id() + ": remove the picture and add it again");
      }
      Details details =
          new Details(
              after.source(),
              new TreeMap<>(after.attributes()),
              content.catalog().details(id).thumbnail());
      List<String> wrong = Additions.problems(after.label(), details);
      if (!wrong.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", wrong));
      }
      commit(new Change.Edit(id, new Change.Picture(after.label(), details)));
      return content.catalog().entry(id);
    });
  }

  @Override
  public Entry replace(long id, NewEntry entry) {
    return write(() -> {
      content.catalog().label(id);
      if (entry.id().isPresent() && entry.id().getAsLong() != id) {
        throw new IllegalArgumentException(
            "picture " + id + " can't get the id " + entry.id().getAsLong());
      }
      Change.Add checked =
          Additions.check(
              List.of(entry.withId(id)), content.settings(), _ -> false, content.nextId());
      commit(new Change.Replace(id, checked.pictures().getFirst(), checked.vectors()[0]));
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
        commit(new Change.Remove(sorted));
      }
      return ids;
    });
  }

  @Override
  public int removeLabel(String label) {
    return write(() -> {
      long[] ids = content.catalog().ids(content.catalog().known(label));
      commit(new Change.Remove(ids));
      return ids.length;
    });
  }

  @Override
  public void renameLabel(String label, String name) {
    write(() -> {
      String from = content.catalog().known(label);
      String to = Text.label(name);
      int pictures = content.catalog().count(from);
      Text.require("the new label", to);
      if (content.catalog().hasLabel(to)) {
        throw new IllegalArgumentException(
            "label '"
                + to
                + "' is in use: renaming '"
                + from
                + "' would mix the pictures of two labels; merge them if that is meant");
      }
      commit(new Change.Relabel(List.of(from), to));
      return pictures;
    });
  }

  @Override
  public int mergeLabels(List<String> labels, String name) {
    return write(() -> {
      Catalog catalog = content.catalog();
      List<String> from = labels.stream().map(catalog::known).distinct().toList();
      String to = Text.label(name);
      int pictures = 0;
      for (String label : from) {
        int count = content.catalog().count(label);
        pictures += label.equals(to) ? 0 : count;
      }
      Text.require("the new label", to);
      if (pictures > 0) {
        commit(new Change.Relabel(from, to));
      }
      return pictures;
    });
  }

  @Override
  public Optional<Entry> find(long id) {
    return Optional.ofNullable(content().catalog().find(id));
  }

  @Override
  public Optional<byte[]> thumbnail(long id) {
    byte[] thumbnail = content().catalog().details(id).thumbnail();
    return thumbnail.length == 0 ? Optional.empty() : Optional.of(thumbnail.clone());
  }

  @Override
  public float[] vector(long id) {
    return content().index().vector(id);
  }

  @Override
  public List<Entry> entries() {
    Catalog catalog = content().catalog();
    synchronized (catalog) {
      return Arrays.stream(catalog.ids()).mapToObj(catalog::entry).toList();
    }
  }

  @Override
  public List<Entry> entries(String label) {
    Catalog catalog = content().catalog();
    synchronized (catalog) {
      return Arrays.stream(catalog.ids(catalog.known(label))).mapToObj(catalog::entry).toList();
    }
  }

  @Override
  public SortedMap<String, Integer> labels() {
    return content().catalog().countsByName();
  }

  @Override
  public List<List<Entry>> duplicates() {
    return Duplicates.equal(content());
  }

  @Override
  public List<List<Entry>> duplicates(float score) {
    return Duplicates.alike(content(), score);
  }

  @Override
  public List<List<Candidate>> searchBatch(
      float[][] queries, Search search, Predicate<? super Entry> wanted) {
    return content().search(queries, search, wanted);
  }

  @Override
  public SearchRecall recall(int pictures, int k, long seed) {
    if (pictures < 1) {
      throw new IllegalArgumentException("pictures is " + pictures + ", expected 1 or greater");
    }
    return SearchRecall.measure(content().index(), pictures, k, seed);
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
            journal.compact(Occasion.ASKED);
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
              + " pictures can't be reached by a search, with the ids "
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
                compactQuietly(Occasion.CLOSING);
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
      if (journal.isReadOnly()) {
        throw new GalleryException(
            name + " was opened read-only: open it for writing to change it");
      }
      pending = Pending.NOTHING;
      result = work.get();
      mine = pending;
    } finally {
      writing.unlock();
    }
    io("write", mine::settle);
    return result;
  }

  /// Does what was checked.
  private void commit(Change change) {
    io("write", () -> pending = journal.append(change));
    boolean done = false;
    try {
      content.apply(change);
      done = true;
    } finally {
      if (!done) {
        journal.breakOff(new IllegalStateException("a change was written down, but not done"));
      }
    }
    compactQuietly(Occasion.CHANGE);
  }

  /// A snapshot that can't be written now is no reason to fail: everything is in the log.
  private void compactQuietly(Occasion occasion) {
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

  private void refuseIfReadOnly() {
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
  public Decision decide(float[] query, DecisionPolicy policy) {
    Similarity similarity = content.settings().similarity();
    return policy.decide(
        search(query, policy.k()),
        policy.calibration(content().calibration(), similarity),
        similarity);
  }

  @Override
  public Calibration calibrate(CalibrationSettings settings) {
    refuseIfReadOnly();
    return Gallery.super.calibrate(settings);
  }

  @Override
  public void setCalibration(Calibration calibration) {
    write(() -> {
      commit(new Change.Calibrate(Optional.of(calibration)));
      return calibration;
    });
  }

  @Override
  public void removeCalibration() {
    write(() -> {
      boolean there = content.calibration().isPresent();
      if (there) {
        commit(new Change.Calibrate(Optional.empty()));
      }
      return there;
    });
  }
}
